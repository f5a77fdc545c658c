#!/usr/bin/env bash
# Fetches packages of the Debian archive without installing them; servers.sh and toolchains.sh source it.
#
# Whoever sources it has set WORK (a folder that goes away at the end) and DEBIAN_SUITES (the suites that packages are
# taken from), and has the functions `say` and `die`. apt runs with a configuration, lists and status of its own, so
# that neither the machine's installed packages nor its apt lists are touched. No root is needed.

# Prints "URI<newline>Signed-By" of this machine's own source of the Debian archive.
debian_source() {
  local codename file
  # shellcheck disable=SC1091
  codename=$(. /etc/os-release && echo "${ID:-} ${VERSION_CODENAME:-}")
  case "$codename" in
    "debian "?*) codename=${codename#debian } ;;
    *) die "this is taken from Debian's packages, and this machine is not Debian. Use a Debian 12 machine or container" ;;
  esac
  for file in /etc/apt/sources.list.d/*.sources; do
    [ -e "$file" ] || continue
    grep -v '^#' "$file" | awk -v suite="$codename" '
      BEGIN { RS = ""; FS = "\n" }
      { types = uri = signed = suites = ""; enabled = 1
        for (i = 1; i <= NF; i++) {
          name = tolower($i); sub(/:.*/, "", name); text = $i; sub(/^[^:]*:[ \t]*/, "", text)
          if (name == "types") types = text
          if (name == "uris") { uri = text; sub(/[ \t].*/, "", uri) }
          if (name == "suites") suites = " " text " "
          if (name == "signed-by") signed = text
          if (name == "enabled" && tolower(text) == "no") enabled = 0
        }
        if (enabled && (" " types " ") ~ / deb / && index(suites, " " suite " ") && !index(suites, suite "-security")) {
          print uri; print signed; exit
        } }'
  done | head -n 2
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ -e "$file" ] || continue
    awk -v suite="$codename" '
      $1 == "deb" { signed = ""; uri = 0
        for (i = 2; i <= NF && !uri; i++) {
          text = $i; gsub(/[][]/, "", text)
          if (text ~ /^signed-by=/) { signed = text; sub(/^signed-by=/, "", signed) }
          if ($i ~ /^[a-z+]+:/) uri = i
        }
        if (uri && $(uri + 1) == suite) { print $uri; print signed; exit } }' "$file"
  done | head -n 2
}

APT_READY=""
apt_update_once() {
  [ -z "$APT_READY" ] || return 0
  local apt="$WORK/apt" source uri signed
  source=$(debian_source | head -n 2)
  uri=$(sed -n 1p <<<"$source")
  signed=$(sed -n 2p <<<"$source")
  [ -n "$uri" ] || die "this machine's apt configuration names no source of the Debian archive"
  mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial" "$apt/sources.d"
  : >"$apt/status"
  {
    printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\n' "$uri" "$DEBIAN_SUITES"
    [ -z "$signed" ] || printf 'Signed-By: %s\n' "$signed"
  } >"$apt/sources.d/debian.sources"
  cat >"$apt/apt.conf" <<CONF
Dir::State "$apt/state";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$apt/sources.d";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Acquire::Languages "none";
APT::Sandbox::User "$(id -un)";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
#clear Acquire::IndexTargets::deb::DEP-11;
#clear Acquire::IndexTargets::deb::DEP-11-icons;
#clear Acquire::IndexTargets::deb::DEP-11-icons-small;
#clear Acquire::IndexTargets::deb::DEP-11-icons-large;
#clear Acquire::IndexTargets::deb::DEP-11-icons-hidpi;
#clear Acquire::IndexTargets::deb::DEP-11-icons-large-hidpi;
CONF
  apt-get -q=2 -c "$apt/apt.conf" -o APT::Update::Error-Mode=any update >&2 ||
    die "apt could not read the package lists of $uri"
  APT_READY="$apt"
}

# Unpacks packages, separated by commas, into FOLDER/unpacked.
fetch_debian() { # PACKAGES@SUITE FOLDER
  apt_update_once
  local packages=${1%@*} suite=${1#*@} package
  mkdir -p "$2/deb" "$2/unpacked"
  for package in ${packages//,/ }; do
    (cd "$2/deb" && apt-get -q=2 -c "$APT_READY/apt.conf" download "$package/$suite" >&2) ||
      die "apt could not download $package from $suite"
  done
  for package in "$2"/deb/*.deb; do
    dpkg-deb -x "$package" "$2/unpacked"
  done
}
