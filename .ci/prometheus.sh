# Sourced by .ci/run: puts promtool on the PATH, which conformance/live runs rules of Prometheus with. One that is there is used; without any, Debian's is installed, whose service nobody needs.

if ! command -v promtool >/dev/null; then
  apt-get update -qq && RUNLEVEL=1 apt-get install -y -qq --no-install-recommends prometheus
fi
