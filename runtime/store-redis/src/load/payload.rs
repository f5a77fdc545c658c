//! Payloads for `RESTORE` out of the records of a file: as they stand there, or encoded anew for an older server or another
//! product.

use bytes::Bytes;
use remold_rdb::{FileEntry, Target, Version, decode_object, encode};

/// The newest version that both products read.
const COMMON: Version = Version(11);

/// Makes payloads.
#[derive(Debug)]
pub(super) struct Payloads {
    file: Version,
    /// What the server reads, if it does not read the file's version.
    anew: Option<Target>,
}

impl Payloads {
    /// `file` is the version of the file; `dumped` what the server has made of a key, whose end says what it reads.
    pub(super) fn new(file: Version, dumped: Option<Bytes>) -> Self {
        let server = dumped.and_then(|payload| {
            let footer = payload.last_chunk::<10>()?;
            Some(Version(u16::from_le_bytes([footer[0], footer[1]])))
        });
        let anew = server.filter(|server| !reads(*server, file));
        Self {
            file,
            anew: anew.map(Target::new),
        }
    }

    /// Makes the payload of a record, or says why it has none.
    pub(super) fn of(&self, entry: &FileEntry) -> Result<Bytes, String> {
        let Some(target) = &self.anew else {
            let payload = entry.payload(self.file);
            return payload.map(Bytes::from).map_err(|error| error.to_string());
        };
        let value = decode_object(entry.type_id(), entry.object(), self.file);
        let value = value.map_err(|error| error.to_string())?;
        encode(&value, target).map_err(|error| error.to_string())
    }
}

/// Says whether a server of a version reads payloads of another.
fn reads(server: Version, file: Version) -> bool {
    file <= server && (file <= COMMON || file.family() == server.family())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_reads_what_is_older_and_of_its_own_product() {
        let cases = [
            (12, 12, true),
            (12, 11, true),
            (11, 12, false),
            (80, 11, true),
            (80, 12, false),
            (12, 80, false),
            (81, 80, true),
        ];
        for (server, file, expected) in cases {
            assert_eq!(
                reads(Version(server), Version(file)),
                expected,
                "{server} {file}"
            );
        }
    }
}
