# Sourced by .ci/run: puts a Python on the PATH that makes environments, which conformance/live installs Envoy in. One that is there is used; without any, Debian's is installed.

if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
  apt-get update -qq && apt-get install -y -qq --no-install-recommends python3 python3-venv
fi
