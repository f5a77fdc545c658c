//! `remold backup remove` and `remold backup save`.

use remold::{Backups, Target};

use super::{Answer, Report};
use crate::arguments::{RemoveBackupArguments, SaveArguments};
use crate::confirmation;
use crate::exit::Exit;
use crate::shapes::backup::{RemoveBackupShape, SaveShape};
use crate::style::{GOOD, paint};

/// Removes a backup.
pub(super) fn remove(arguments: &RemoveBackupArguments) -> Result<Answer, Report> {
    let backups = arguments.store.open()?;
    let store = backups.place().to_string();
    let name = &arguments.name;
    let question = format!("Remove the backup {name} from {store}?");
    confirmation::confirm("", &question, arguments.yes)?;
    let removed = backups.remove(name)?;
    let text = if removed {
        format!("{} {name}\n", paint(GOOD.bold(), "Removed:"))
    } else {
        format!(
            "{} {store} has no backup {name}\n",
            paint(GOOD.bold(), "Nothing to do:")
        )
    };
    let shape = RemoveBackupShape {
        store,
        name: name.clone(),
        removed,
    };
    Ok(Answer::new(Exit::Success, text, &shape))
}

/// Has a server save its data.
pub(super) fn save(arguments: &SaveArguments) -> Result<Answer, Report> {
    let Target::Redis(server) = arguments.target.target(None)? else {
        return Err(Report::usage(
            "a server saves its data, and the target is a file",
            &["name the server by --target redis://host:6379"],
        ));
    };
    Backups::save(&server, arguments.wait.to_duration())?;
    let target = server.server_name();
    let text = format!(
        "{} {target} has its data on its disk\n",
        paint(GOOD.bold(), "Saved:")
    );
    Ok(Answer::new(Exit::Success, text, &SaveShape { target }))
}
