"""What a forecast has to beat: models fitted on the training part of each series."""
