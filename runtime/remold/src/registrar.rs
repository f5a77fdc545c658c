//! What is registered in a target, and what is told to those who follow it. What names and contents mean, the caller
//! decides.

use remold_engine::port::{
    Happening, Ledger, RegisterAnswer, RegisterRequest, RegistryContents, RegistryEntry,
};

use crate::error::Error;
use crate::open::{self, Opened, Reach};
use crate::target::Target;

/// The registry of a target, over a connection of its own.
pub struct Registrar {
    ledger: Box<dyn Ledger>,
}

impl Registrar {
    /// Opens a target's registry to be read; nothing can be written to it.
    pub fn to_read(target: &Target) -> Result<Self, Error> {
        Ok(Self {
            ledger: reading(target)?,
        })
    }

    /// Opens the registry of a server to be written. A file is refused: it would have to be written as a whole.
    pub fn to_write(target: &Target) -> Result<Self, Error> {
        if let Target::File(_) = target {
            return Err(Error::Target {
                problem: format!("nothing is registered in the file {}", target.name()),
                hint: "name a server: --target redis://host:6379/0".to_owned(),
            });
        }
        let opened = Opened::to_write(target, Reach::ANY, 0)?;
        Ok(Self {
            ledger: first(opened.keyspace.as_ref())?,
        })
    }

    /// Reads everything that is registered.
    pub fn contents(&mut self) -> Result<RegistryContents, Error> {
        Ok(self.ledger.registry()?)
    }

    /// Reads what is registered under a name, if anything is.
    pub fn find(&mut self, name: &str) -> Result<Option<RegistryEntry>, Error> {
        Ok(self.ledger.registered(name)?)
    }

    /// Registers entries, all or none, and tells those who follow the changes, in one step.
    pub fn register(&mut self, request: &RegisterRequest<'_>) -> Result<RegisterAnswer, Error> {
        Ok(self.ledger.register(request)?)
    }

    /// Tells those who follow the changes something else.
    pub fn announce(&mut self, happening: &Happening) -> Result<(), Error> {
        Ok(self.ledger.append(happening)?)
    }
}

/// Opens the bookkeeping of a target so that nothing can be written.
pub(crate) fn reading(target: &Target) -> Result<Box<dyn Ledger>, Error> {
    match target {
        Target::Redis(options) => first(&open::read_only(options)?),
        Target::File(_) => first(Opened::to_try(target, Reach::ANY, 0)?.keyspace.as_ref()),
    }
}

/// Opens the bookkeeping that the registry and the changes are in: a keyspace's first shard's.
fn first(keyspace: &dyn remold_engine::port::Keyspace) -> Result<Box<dyn Ledger>, Error> {
    Ok(keyspace.shards()[0].ledger()?)
}
