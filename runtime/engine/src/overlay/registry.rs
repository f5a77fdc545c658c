//! The overlay's registry: what the source has, with what was registered since on top of it.

use super::ledger::{OverlayLedger, Part};
use crate::port::{
    ChangeStream as _, Happening, RegisterAnswer, RegisterRequest, Registry, RegistryContents,
    RegistryEntry, StoreError,
};
use crate::registry::{self, Judgement};
use crate::{changes, clock};

impl Registry for OverlayLedger {
    fn registry(&mut self) -> Result<RegistryContents, StoreError> {
        let place = self.place(Part::Registry);
        let mut contents = RegistryContents::default();
        for field in &self.fields(Part::Registry)? {
            if field.name == registry::REVISION {
                contents.revision = registry::revision(&place, Some(&field.value))?;
                continue;
            }
            let name = String::from_utf8_lossy(&field.name).into_owned();
            let entry = registry::open(&format!("{place}, {name}"), &field.value)?;
            contents.entries.insert(name, entry);
        }
        Ok(contents)
    }

    fn registered(&mut self, name: &str) -> Result<Option<RegistryEntry>, StoreError> {
        let place = self.place(Part::Registry);
        let fields = self.fields(Part::Registry)?;
        let mut found = fields
            .iter()
            .filter(|field| field.name == name && field.name != registry::REVISION);
        let open = |value| registry::open(&format!("{place}, {name}"), value);
        found.next().map(|field| open(&field.value)).transpose()
    }

    fn register(&mut self, request: &RegisterRequest<'_>) -> Result<RegisterAnswer, StoreError> {
        registry::check(request)?;
        let place = self.place(Part::Registry);
        let fields = self.fields(Part::Registry)?;
        let field = |name: &str| {
            let field = fields.iter().find(|field| field.name == name);
            field.map(|field| &field.value[..])
        };
        let revision = registry::revision(&place, field(registry::REVISION))?;
        let open = |name: &str| {
            let found = field(name);
            found
                .map(|value| registry::open(&format!("{place}, {name}"), value))
                .transpose()
        };
        let names = request.entries.iter().map(|entry| open(&entry.name));
        let found = names.collect::<Result<Vec<_>, _>>()?;
        let now = clock::now_ms();
        // Nobody else registers here, so that the count alone tells revisions apart.
        match registry::judge(request, &revision, &found, now.saturating_mul(1000)) {
            Judgement::Answer(answer) => Ok(answer),
            Judgement::Write {
                fresh,
                revision,
                answer,
            } => {
                for place in fresh {
                    let registration = &request.entries[place];
                    let entry = registry::entry(registration, request.by, now);
                    self.note(
                        Part::Registry,
                        registration.name.clone(),
                        registry::seal(&entry),
                    );
                    self.append(&Happening::Registered(changes::notice(
                        registration,
                        &entry,
                    )))?;
                }
                self.note(
                    Part::Registry,
                    registry::REVISION.to_owned(),
                    revision.as_str().to_owned(),
                );
                Ok(answer)
            }
        }
    }
}
