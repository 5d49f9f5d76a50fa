# For scripts that install what tests can use: source it with `packages` and a function `missing`, which prints what is not there.

# Installs the packages where apt and root are at hand; elsewhere, and when that fails, says what is missing and gives 1.
install_missing() {
  if [ -z "$(missing)" ]; then return 0; fi
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Missing: $(missing | paste -sd ',' | sed 's/,/, /g'). As root: apt-get install --no-install-recommends ${packages[*]}" >&2
    return 1
  fi
  export DEBIAN_FRONTEND=noninteractive
  local log
  log=$(mktemp)
  # Bounded, so that a mirror that hangs does not hang the caller.
  if ! { timeout 120 apt-get update -qq && timeout 600 apt-get install -y -qq --no-install-recommends "${packages[@]}"; } >"$log" 2>&1; then
    tail -n 5 "$log" >&2
    rm -f "$log"
    echo "Could not install ${packages[*]}." >&2
    return 1
  fi
  rm -f "$log"
  if [ -n "$(missing)" ]; then
    echo "Installed ${packages[*]}, and still missing: $(missing | paste -sd ' ')." >&2
    return 1
  fi
}
