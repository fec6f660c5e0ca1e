# Sourced by .ci/run: puts a Go on the PATH that builds conformance/admission/. One that is there is used, an older one fetches what it needs
# (GOTOOLCHAIN); without any, Debian's is installed. A Go before 1.21 cannot fetch its successor by itself, so that is done here. Whatever comes
# from the Go module proxy is checked by Go's checksum database.

export GOTOOLCHAIN=auto

go_is_usable() { (cd conformance/admission && go list -m) >/dev/null 2>&1; }

# prints the folder of the commands of the release that go.mod asks for
fetch_go() {
  local release folder
  release=$(sed -n 's/^go //p' conformance/admission/go.mod)
  folder=$(cd / && go mod download -json "golang.org/toolchain@v0.0.1-go$release.$(go env GOOS)-$(go env GOARCH)" | sed -n 's/.*"Dir": "\(.*\)",/\1/p')
  [ -n "$folder" ] || return 1
  chmod -R u+w "$folder" && chmod +x "$folder"/bin/* "$folder"/pkg/tool/*/*
  find "$folder/src" -name _go.mod -execdir cp _go.mod go.mod ';'
  echo "$folder/bin"
}

if ! command -v go >/dev/null; then
  apt-get update -qq && apt-get install -y -qq --no-install-recommends golang-go
fi
if command -v go >/dev/null && ! go_is_usable; then
  fetched=$(fetch_go) && PATH="$fetched:$PATH"
fi
