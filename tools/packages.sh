# Sourced by tools/build, tools/test and tools/demo: Debian packages by name.

# What the command is built with; versions are Debian 12's or newer.
build_packages=(g++ cmake ninja-build ccache libboost-graph-dev libboost-program-options-dev
  libeigen3-dev libfmt-dev nlohmann-json3-dev)
# The machine's own npm serves, whatever it came from; else Debian's.
command -v npm >/dev/null || build_packages+=(nodejs npm)
# What its tests and checks need besides.
test_packages=(catch2 clang libclang-rt-dev clang-tidy clang-format chromium fonts-dejavu-core)

is_installed() {
  dpkg-query --show --showformat '${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed
}

# install_packages NAME...: installs those that are missing; asks nothing.
install_packages() {
  if ! command -v dpkg-query >/dev/null; then
    echo "This is not a Debian system: please install what corresponds to: $*" >&2
    return 0  # the build says what it misses
  fi
  local missing=() name
  for name in "$@"; do
    is_installed "$name" || missing+=("$name")
  done
  ((${#missing[@]})) || return 0

  local as_root=()
  if ((EUID != 0)); then
    if ! command -v sudo >/dev/null; then
      echo "Missing packages, and neither root nor sudo to install them. As root, please run:" >&2
      echo "  apt-get install ${missing[*]}" >&2
      return 1
    fi
    as_root=(sudo)
  fi
  local log
  log=$(mktemp)
  echo "Installing ${missing[*]} ..."
  # A source of somebody else that does not answer must not stop us: install says what is amiss.
  if ! {
    "${as_root[@]}" apt-get -q update || true
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
      apt-get -q -y install --no-install-recommends "${missing[@]}"
  } >"$log" 2>&1 </dev/null; then
    tail -n 30 "$log" >&2
    echo "apt-get could not install ${missing[*]} (see above)" >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
}
