"""History, a confusion matrix or wrong predictions -> a PNG, legible at 800 pixels wide.

Every line differs from its neighbours in colour, width and dashes, and every colour scale grows
darker in one direction: the plots survive a grey printer and a colour-blind reader.
"""

from rnnkit.reports.plots.history import plot_history
from rnnkit.tasks.classification.plots.confusion import plot_confusion
from rnnkit.tasks.classification.plots.mistakes import plot_mistakes

__all__ = ["plot_confusion", "plot_history", "plot_mistakes"]
