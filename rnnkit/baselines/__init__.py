"""What a network has to beat: plain models fitted on the same training part. No TensorFlow."""
