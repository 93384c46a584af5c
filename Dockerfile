# The sandbox as an image: one static file. The provider is no image; Terraform installs it.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
COPY internal/sandbox ./internal/sandbox
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags '-s -w' -o /conversation-sandbox ./internal/sandbox/cmd/conversation-sandbox

FROM scratch
COPY --from=build /conversation-sandbox /conversation-sandbox
USER 65534:65534
EXPOSE 8420
HEALTHCHECK --interval=5s --timeout=5s CMD ["/conversation-sandbox", "-check", "http://127.0.0.1:8420"]
ENTRYPOINT ["/conversation-sandbox", "-listen", ":8420"]
