//! The ports that pods have to reach beside the server's.

/// Returns the port that a URL leads to.
pub(super) fn port_of(url: &str) -> Option<u16> {
    let (scheme, rest) = url.trim().split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    // An address in brackets has colons of its own.
    match host.rsplit_once(':') {
        Some((_, port)) if !port.ends_with(']') => port.parse().ok(),
        _ => Some(if scheme == "https" { 443 } else { 80 }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_of_an_address_is_found() {
        for (url, port) in [
            ("http://collector:4318", Some(4318)),
            ("https://me:word@collector/otlp:1", Some(443)),
            ("http://[::1]", Some(80)),
            ("http://[::1]:4318/v1/traces", Some(4318)),
            ("collector:4318", None),
        ] {
            assert_eq!(port_of(url), port, "{url}");
        }
    }
}
