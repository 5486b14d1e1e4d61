"""Layer specs -> keras.Model."""
