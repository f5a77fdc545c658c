//! Which journals belong to a run: one, or one for each of its shares.

use remold_engine::{Share, ShareOf};

use super::{Runner, wrong};
use crate::error::Error;

impl Runner {
    /// Finds the ids under which the parts of a run were carried out whose journals are here, in order: the run's own, or
    /// those of its shares; of one share if one is named.
    pub fn parts(&self, run: &str, share: Option<Share>) -> Result<Vec<String>, Error> {
        if let Some(share) = share {
            let run = run.to_owned();
            return Ok(vec![ShareOf { run, share }.id()]);
        }
        if self.journals.holds(run)? {
            return Ok(vec![run.to_owned()]);
        }
        let mut shares: Vec<ShareOf> = self
            .journals
            .runs()?
            .iter()
            .filter_map(|id| ShareOf::of_id(id))
            .filter(|of| of.run == run)
            .collect();
        shares.sort_by_key(|of| of.share);
        if shares.is_empty() {
            // Whoever opens it says that it is not there.
            return Ok(vec![run.to_owned()]);
        }
        Ok(shares.iter().map(ShareOf::id).collect())
    }

    /// Finds the one part that is meant.
    pub fn part(&self, run: &str, share: Option<Share>) -> Result<String, Error> {
        let mut parts = self.parts(run, share)?.into_iter();
        match (parts.next(), parts.next()) {
            (Some(part), None) if share.is_some() || part == run => Ok(part),
            _ => Err(wrong(
                run,
                "it is carried out in shares",
                "say which one by --share I/N",
            )),
        }
    }

    /// Refuses what is to be done to all shares of a run while the journal of one that was begun is not here.
    pub(crate) fn refuse_absence(&self, run: &str, parts: &[String]) -> Result<(), Error> {
        let history = self.history()?;
        let of_run = |of: &ShareOf| of.run == run;
        let begun = history
            .iter()
            .filter(|entry| entry.share.as_ref().is_some_and(of_run));
        let absent: Vec<&str> = begun
            .map(|entry| entry.run.as_str())
            .filter(|id| !parts.iter().any(|part| part == id))
            .collect();
        if absent.is_empty() {
            return Ok(());
        }
        Err(wrong(
            run,
            &format!("journals of its shares are not here: {}", absent.join(", ")),
            "name the folder that holds all of them by --journal, or go share by share with --share",
        ))
    }
}
