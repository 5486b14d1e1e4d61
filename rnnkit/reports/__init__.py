"""History, predictions and a model's layers -> terminal tables, pictures and one HTML page.

Plain data in: arrays, lists of dicts, the small dataclasses of `metrics`. No TensorFlow.
"""
