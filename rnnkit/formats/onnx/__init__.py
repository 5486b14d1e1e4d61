"""A network of Keras's layers -> an ONNX file, layer by layer, and what answers from one."""
