//! The plan of a run: what it would be carried out on, and a digest by which somebody can approve exactly that.
//!
//! Nothing is written. The digest is of what decides whether a run is the one that was looked at, and of nothing that changes
//! by itself while nobody does anything: see [`Plan::digest`].

mod difference;

use remold_engine::count;
use remold_engine::port::{Fault, ShardFacts, StoreError};
use remold_engine::{Action, Control, Counted, Observer, Phase};
use remold_manifest::Digest;

use crate::error::Error;
use crate::identity;
use crate::migration::Migration;
use crate::open::{self, Opened, Reach};
use crate::runner::{RunOptions, Runner};
use crate::target::Target;
use crate::wait::Wait;

/// What was found at a target.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Each of its shards.
    pub shards: Vec<ShardFacts>,
    /// Why a run would be refused as things stand: the user may only read, or it is a replica.
    pub refusal: Option<String>,
}

/// The plan of a run.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The migration's name.
    pub migration: String,
    /// The digest of manifest, transforms and the registry's documents.
    pub migration_digest: String,
    /// The target, without credentials.
    pub target: String,
    /// The number of the database.
    pub database: u64,
    /// What was found there.
    pub facts: Facts,
    /// How many workers share the run.
    pub workers: u32,
    /// How many keys are selected; `None` if not all were listed.
    pub keys: Option<u64>,
}

impl Plan {
    /// Puts a plan together.
    pub fn new(
        migration: &Migration,
        target: &Target,
        facts: Facts,
        workers: u32,
        keys: Option<u64>,
    ) -> Self {
        Self {
            migration: migration.name().to_owned(),
            migration_digest: migration.digest().to_owned(),
            target: target.name(),
            database: match target {
                Target::Redis(options) => options.database.into(),
                Target::File(file) => file.database,
            },
            facts,
            workers,
            keys,
        }
    }

    /// Returns the digest, 64 hexadecimal digits: of the line `remold.dev/v1alpha1 plan`, the migration's digest, product, major and
    /// minor version and guard of the shards, how many shards there are, the database, the workers, and the order of
    /// magnitude of the number of selected keys: how many decimal digits it has, or `unknown`. Of schemas, the migration's
    /// digest has all that counts.
    pub fn digest(&self) -> String {
        self.terms(self.keys).digest()
    }

    /// Says whether a digest that was approved is of this plan. A number of keys within a tenth of the border between two orders of
    /// magnitude belongs to both, so that an approval does not lapse because of a few keys.
    pub fn is_approved_by(&self, digest: &str) -> bool {
        let near = self.keys.map_or([None; 3], |keys| {
            let tenth = keys / 10;
            [keys, keys - tenth, keys + tenth].map(Some)
        });
        near.into_iter()
            .any(|keys| self.terms(keys).digest() == digest)
    }

    /// Says what has changed since another plan of this migration was approved, as far as it can be told from its digest alone.
    pub fn difference(&self, approved: &str) -> Option<String> {
        difference::find(&self.terms(self.keys), approved)
    }

    fn terms(&self, keys: Option<u64>) -> Terms {
        let each = |text: fn(&ShardFacts) -> String| {
            let mut all: Vec<String> = self.facts.shards.iter().map(text).collect();
            all.sort_unstable();
            all.dedup();
            all.join(", ")
        };
        Terms {
            migration: self.migration_digest.clone(),
            product: each(|shard| shard.product.clone()),
            version: each(|shard| major_and_minor(&shard.version)),
            guard: each(|shard| shard.guard.name().to_owned()),
            shards: self.facts.shards.len().to_string(),
            database: self.database.to_string(),
            workers: self.workers.to_string(),
            keys: magnitude(keys),
        }
    }
}

/// What a digest is of.
#[derive(Debug, Clone)]
struct Terms {
    migration: String,
    product: String,
    version: String,
    guard: String,
    shards: String,
    database: String,
    workers: String,
    keys: String,
}

impl Terms {
    fn digest(&self) -> String {
        let texts = [
            &self.migration,
            &self.product,
            &self.version,
            &self.guard,
            &self.shards,
            &self.database,
            &self.workers,
            &self.keys,
        ];
        let texts = texts.map(String::as_str);
        Digest::of("remold.dev/v1alpha1 plan", &texts).to_string()
    }
}

fn major_and_minor(version: &str) -> String {
    let parts: Vec<&str> = version.split('.').take(2).collect();
    parts.join(".")
}

/// Returns how many decimal digits a number of keys has: `0` for none.
fn magnitude(keys: Option<u64>) -> String {
    match keys {
        None => "unknown".to_owned(),
        Some(keys) => keys
            .checked_ilog10()
            .map_or(0, |digits| digits + 1)
            .to_string(),
    }
}

impl Runner {
    /// Finds out what a migration would be run on. What a run would be refused for is in the answer.
    pub fn facts(
        &self,
        migration: &Migration,
        control: &Control,
        observer: &dyn Observer,
    ) -> Result<Facts, Error> {
        Phase::Plan.tell(observer);
        let reach = Reach::of(migration);
        Wait::of(migration, control, observer).attempt(|| self.look(reach))
    }

    /// Finds out what is there, whatever would be run.
    pub fn target_facts(&self) -> Result<Facts, Error> {
        self.look(Reach::ANY)
    }

    fn look(&self, reach: Reach) -> Result<Facts, Error> {
        let seed = identity::seed();
        let probe = |opened: &Opened| {
            let shards = opened.keyspace.shards().iter();
            shards
                .map(|shard| Ok(shard.probe()?))
                .collect::<Result<Vec<_>, Error>>()
        };
        let to_write = Opened::to_write(&self.target, reach, seed)
            .and_then(|opened| Ok((probe(&opened)?, None)));
        let (shards, refusal) = match to_write {
            Err(Error::Store(error)) if is_refusal(&error) => {
                let opened = Opened::to_look(&self.target, reach);
                match opened.and_then(|opened| probe(&opened)) {
                    Ok(shards) => (shards, Some(error.to_string())),
                    // Reading is refused too: the first answer says more.
                    Err(_) => return Err(error.into()),
                }
            }
            found => found?,
        };
        Ok(Facts { shards, refusal })
    }

    /// Counts the keys that a run would look at, without reading them: all, or up to about `most`.
    pub fn count(
        &self,
        migration: &Migration,
        most: Option<u64>,
        control: &Control,
        observer: &dyn Observer,
    ) -> Result<Counted, Error> {
        Phase::Count.tell(observer);
        let reach = Reach::of(migration);
        let wait = Wait::of(migration, control, observer);
        let opened = wait.attempt(|| Opened::to_look(&self.target, reach))?;
        let spec = open::spec_of(
            &self.target,
            migration,
            open::header_of(migration, &self.target),
            Action::Migrate(migration.transform()),
            &RunOptions::default(),
        );
        Ok(count(
            &spec,
            opened.keyspace.as_ref(),
            most,
            control,
            observer,
        )?)
    }
}

fn is_refusal(error: &StoreError) -> bool {
    error.fault() == Some(Fault::Refused)
}

#[cfg(test)]
mod tests;
