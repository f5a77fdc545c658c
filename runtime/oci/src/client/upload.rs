//! Storing bytes in a registry, each blob in one piece.

use remold_manifest::ContentDigest;

use super::Client;
use super::transport::Call;
use crate::artifact::shortened;
use crate::error::Problem;

impl Client {
    /// Stores a blob, unless the repository has it.
    pub(crate) fn store_blob(
        &mut self,
        digest: &ContentDigest,
        bytes: &[u8],
    ) -> Result<(), Problem> {
        let url = self.url(&format!("blobs/{digest}"));
        if self.call(&Call::head(url))?.status() == 200 {
            return Ok(());
        }
        let answer = self.call(&Call::with_body("POST", self.url("blobs/uploads/"), &[]))?;
        if answer.status() != 202 {
            return Err(self.refused(answer, "uploads"));
        }
        let place = self.upload_place(answer.header("location"), digest)?;
        let call =
            Call::with_body("PUT", place, bytes).header("content-type", "application/octet-stream");
        let answer = self.call(&call)?;
        match answer.status() {
            200..300 => Ok(()),
            _ => Err(self.refused(answer, "the upload")),
        }
    }

    /// Finds out where the bytes go: what the registry says, which may be a path of its own or a whole address.
    fn upload_place(&self, location: &str, digest: &ContentDigest) -> Result<String, Problem> {
        let place = if location.starts_with('/') {
            format!("{}{location}", self.origin)
        } else if location.starts_with("http://") || location.starts_with("https://") {
            location.to_owned()
        } else {
            return Err(Problem::Protocol {
                registry: self.registry.clone(),
                message: format!(
                    "it names no place for an upload (`{}`)",
                    shortened(location)
                ),
            });
        };
        let joint = if place.contains('?') { '&' } else { '?' };
        Ok(format!("{place}{joint}digest={digest}"))
    }
}
