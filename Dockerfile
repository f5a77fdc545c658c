# The image: one static program, the certificates of public authorities, a list of what the program is made of. No shell, no
# library, no root.
#
#   docker buildx build --platform linux/amd64,linux/arm64 --build-arg VERSION=0.1.0 --build-arg REVISION=$(git rev-parse HEAD) .
#
# Compilers run on the machine's own architecture and compile for the other one. Controller and workers use the same image.

ARG RUST_VERSION=1.95.0
ARG DEBIAN=bookworm

FROM --platform=$BUILDPLATFORM docker.io/library/rust:${RUST_VERSION}-slim-${DEBIAN} AS build
ARG TARGETARCH
WORKDIR /source
# zstd, ring and mimalloc have parts in C.
RUN [ "${TARGETARCH}" = "$(dpkg --print-architecture)" ] || cross="crossbuild-essential-${TARGETARCH}"; \
    apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates binutils ${cross} \
    && rm -rf /var/lib/apt/lists/*
COPY . .
RUN case "${TARGETARCH}" in \
      amd64) machine=x86_64 ;; \
      arm64) machine=aarch64 ;; \
      *) echo "there is no image for the architecture '${TARGETARCH}'; there are: amd64, arm64" >&2; exit 1 ;; \
    esac \
    && target="${machine}-unknown-linux-gnu" \
    && rustup target add "${target}" \
    && export CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER=x86_64-linux-gnu-gcc \
       CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc \
       CC_x86_64_unknown_linux_gnu=x86_64-linux-gnu-gcc CC_aarch64_unknown_linux_gnu=aarch64-linux-gnu-gcc \
    && cargo rustc --locked --release --package remold-cli --bin remold --target "${target}" -- -C target-feature=+crt-static \
    && deploy/image/contents "target/${target}/release/remold" "${target}" /image

FROM scratch
ARG VERSION=dev
ARG REVISION=unknown
COPY --from=build /image/ /
LABEL org.opencontainers.image.title="Remold" \
      org.opencontainers.image.description="Changes the shape of live Redis data with user-written code, safely" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.source="https://github.com/remold/remold" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      dev.remold.sbom="/usr/share/sbom/remold.cdx.json"
USER 65532:65532
ENTRYPOINT ["/usr/bin/remold"]
