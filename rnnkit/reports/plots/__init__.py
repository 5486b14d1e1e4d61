"""What every plot shares, and the plots that every task has: SVGs legible at 400 pixels, or PNGs.

Every line differs from its neighbours in colour, width and dashes, every colour scale grows darker
away from 0, and lines and the edges of bands stand out from light and dark paper by 3:1: the plots
survive a grey printer, a colour-blind reader and a dark screen.
"""
