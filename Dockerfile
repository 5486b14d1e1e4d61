# docker build -t rnnkit .                              for the CPU
# docker build -t rnnkit --build-arg VARIANT=cuda .     with the CUDA libraries that TensorFlow needs
# docker run --rm -v "$PWD:/workspace" rnnkit train config.yaml
# docker run --rm -v "$PWD:/workspace" --gpus all rnnkit train config.yaml
# Runs go to /workspace/runs, and belong to user 1000; other users: --user "$(id -u):$(id -g)".

FROM python:3.12.12-slim-bookworm AS builder
ARG VARIANT=cpu
WORKDIR /source
RUN pip install --no-cache-dir build==1.3.0
COPY . .
RUN python -m build --wheel --outdir /wheel
RUN case "$VARIANT" in \
        cpu) extras=music,sheets ;; \
        cuda) extras=music,sheets,cuda ;; \
        *) echo "VARIANT is cpu or cuda, not '$VARIANT'" >&2; exit 1 ;; \
    esac \
    && python -m venv /opt/rnnkit \
    && /opt/rnnkit/bin/pip install --no-cache-dir "$(echo /wheel/*.whl)[$extras]"

FROM python:3.12.12-slim-bookworm
RUN useradd --create-home --uid 1000 rnnkit \
    && install --directory --owner=rnnkit --group=rnnkit /workspace
COPY --from=builder /opt/rnnkit /opt/rnnkit
ENV PATH=/opt/rnnkit/bin:$PATH
USER 1000
WORKDIR /workspace
VOLUME /workspace
HEALTHCHECK NONE
ENTRYPOINT ["rnnkit"]
CMD ["--help"]
