//! `remold acl`: the user with the least rights for a migration, as a command for the server's administrator.

use remold::{JournalDirectory, Kin, Runner, ShardFacts, Target, least_rights};

use super::Answer;
use crate::arguments::AclArguments;
use crate::exit::Exit;
use crate::paragraph::Put;
use crate::report::Report;
use crate::screen;
use crate::shapes::acl::AclShape;
use crate::style::{NOTE, paint};

/// What the names of Remold's own keys begin with, unless somebody says so.
const PREFIX: &str = remold::manifest::RESERVED_PREFIX;
/// The server that the rights are for, where none is named.
const NEWEST: Kin = Kin {
    is_valkey: false,
    version: (8, 2),
};

/// Writes the command.
pub(super) fn acl(arguments: &AclArguments) -> Result<Answer, Report> {
    let is_named = arguments.target.is_named();
    let target = is_named
        .then(|| arguments.target.target(None))
        .transpose()?;
    let migration = match &target {
        Some(target) => super::load_for(&arguments.manifest, &arguments.grants, target)?,
        None => super::load_granted(&arguments.manifest, &arguments.grants)?,
    };
    let kin = match (arguments.server, target) {
        (Some(kin), _) => kin,
        (None, Some(target)) => look(target)?,
        (None, None) => NEWEST,
    };
    let prefix = arguments.target.prefix.as_deref().unwrap_or(PREFIX);
    let rights = least_rights(&migration, kin, prefix);
    let user = arguments.user.clone();
    let user = user.unwrap_or_else(|| format!("remold-{}", migration.name()));
    let commands = rights.commands.iter().map(|command| format!("+{command}"));
    let mut words = vec![
        "ACL".to_owned(),
        "SETUSER".to_owned(),
        user.clone(),
        "reset".to_owned(),
        "on".to_owned(),
        ">PASSWORD".to_owned(),
    ];
    words.extend(rights.keys.iter().map(|rule| quoted(rule)));
    words.extend(commands);
    for note in &rights.notes {
        screen::err(&format!("{}: {note}\n", paint(NOTE, "note")));
    }
    screen::err(&format!(
        "{}: put a password in the place of PASSWORD; the same command again changes the user\n",
        paint(NOTE, "note")
    ));
    let shape = AclShape {
        migration: migration.name().to_owned(),
        user,
        keys: rights.keys,
        commands: rights.commands.into_iter().map(str::to_owned).collect(),
        notes: rights.notes,
        command: words.join(" "),
    };
    let mut text = String::new();
    text.line(format_args!("{}", shape.command));
    Ok(Answer::new(Exit::Success, text, &shape))
}

/// Asks a server what it is.
fn look(target: Target) -> Result<Kin, Report> {
    let facts = Runner::new(target, JournalDirectory::new("")).target_facts()?;
    let kin = |shard: &ShardFacts| Kin::of(&shard.product, &shard.version);
    facts.shards.first().and_then(kin).ok_or_else(|| {
        Report::usage(
            "the target has no users: it is no Redis and no Valkey",
            &["--server says what the rights are for, such as redis-7.2"],
        )
    })
}

/// Quotes a word for `redis-cli` if it needs to be.
fn quoted(word: &str) -> String {
    let is_plain = |letter: char| !letter.is_whitespace() && !matches!(letter, '"' | '\'' | '\\');
    if word.chars().all(is_plain) {
        return word.to_owned();
    }
    let escaped = word.replace('\\', r"\\").replace('"', "\\\"");
    format!("\"{escaped}\"")
}
