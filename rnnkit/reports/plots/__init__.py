"""What a run has to show -> a PNG, legible at 800 pixels wide.

Every line differs from its neighbours in colour, width and dashes, and every colour scale grows
darker in one direction: the plots survive a grey printer and a colour-blind reader.
"""
