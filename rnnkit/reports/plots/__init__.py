"""What every plot shares, and the plots that every task has; each a PNG legible at 800 pixels.

Every line differs from its neighbours in colour, width and dashes, and every colour scale grows
darker in one direction: the plots survive a grey printer and a colour-blind reader.
"""
