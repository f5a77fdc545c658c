//! Who wrote what changed while a build ran: the build, or somebody at a keyboard.
//!
//! Nothing says so for certain. What a build is known to write, and what is new after a build that went well, is the
//! build's own. Anything else is taken for an edit, which costs one more build if it was none. A file that changes in
//! build after build, with nothing else having changed in between, is the build's own in the end: else it would never end.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::scope::Scope;
use crate::snapshot::{Change, What};

/// In how many builds one after another a file has to change to be taken for the build's own.
const IN_A_ROW: u32 = 4;

/// Remembers which files builds write.
#[derive(Debug, Default)]
pub(crate) struct Origin {
    own: BTreeSet<PathBuf>,
    in_a_row: BTreeMap<PathBuf, u32>,
}

impl Origin {
    /// Takes what has changed while no build ran: it was edited, and so the builds before prove nothing any more.
    pub(crate) fn outside(&mut self) {
        self.in_a_row.clear();
    }

    /// Takes what has changed while a build ran, and returns what was edited, and which files are taken for the build's own
    /// from now on although they were edited files before.
    pub(crate) fn while_building(
        &mut self,
        changes: Vec<Change>,
        went_well: bool,
        scope: &Scope,
    ) -> (Vec<Change>, Vec<PathBuf>) {
        let (mut edited, mut learnt) = (Vec::new(), Vec::new());
        let mut in_a_row = BTreeMap::new();
        for change in changes {
            if self.own.contains(&change.path) || scope.is_kept_by_builds(&change.path) {
                continue;
            }
            if change.what == What::Appeared && went_well {
                self.own.insert(change.path);
                continue;
            }
            let times = self.in_a_row.get(&change.path).map_or(1, |times| times + 1);
            if times >= IN_A_ROW {
                self.own.insert(change.path.clone());
                learnt.push(change.path);
                continue;
            }
            in_a_row.insert(change.path.clone(), times);
            edited.push(change);
        }
        self.in_a_row = in_a_row;
        (edited, learnt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scope::Tree;

    fn change(path: &str, what: What) -> Change {
        Change {
            path: path.into(),
            what,
        }
    }

    fn scope() -> Scope {
        Scope {
            trees: vec![Tree {
                folder: "/p".into(),
                kept_by_builds: vec!["Cargo.lock".to_owned()],
                ..Tree::default()
            }],
            files: Vec::new(),
        }
    }

    #[test]
    fn what_a_build_writes_is_its_own() {
        let mut origin = Origin::default();
        let changes = vec![
            change("/p/Cargo.lock", What::Changed),
            change("/p/src/generated.rs", What::Appeared),
        ];
        assert_eq!(
            origin.while_building(changes, true, &scope()),
            (Vec::new(), Vec::new())
        );
        // And so it is in the next build, whatever it writes into it.
        let again = vec![change("/p/src/generated.rs", What::Changed)];
        assert!(origin.while_building(again, true, &scope()).0.is_empty());
    }

    #[test]
    fn what_is_edited_while_a_build_runs_is_an_edit() {
        let mut origin = Origin::default();
        let edit = vec![change("/p/src/lib.rs", What::Changed)];
        assert_eq!(origin.while_building(edit.clone(), true, &scope()).0, edit);
        // The file that a failing build misses is written while it fails.
        let new = vec![change("/p/src/names.rs", What::Appeared)];
        assert_eq!(origin.while_building(new.clone(), false, &scope()).0, new);
    }

    #[test]
    fn a_file_that_every_build_writes_does_not_go_on_for_ever() {
        let mut origin = Origin::default();
        let stamp = || vec![change("/p/src/stamp.rs", What::Changed)];
        for round in 1..IN_A_ROW {
            let (edited, learnt) = origin.while_building(stamp(), true, &scope());
            assert!(edited.len() == 1 && learnt.is_empty(), "round {round}");
        }
        let (edited, learnt) = origin.while_building(stamp(), true, &scope());
        assert!(edited.is_empty());
        assert_eq!(learnt, [PathBuf::from("/p/src/stamp.rs")]);
        assert_eq!(
            origin.while_building(stamp(), true, &scope()),
            (Vec::new(), Vec::new())
        );
    }

    #[test]
    fn builds_with_an_edit_between_them_prove_nothing() {
        let mut origin = Origin::default();
        for _ in 0..3 * IN_A_ROW {
            let edit = vec![change("/p/src/lib.rs", What::Changed)];
            assert_eq!(origin.while_building(edit, true, &scope()).0.len(), 1);
            origin.outside();
        }
    }
}
