//! A program's host whose answers are told to whoever records the run.

use remold_host_api::link::{Reply, Request};
use remold_host_api::{
    Applied, Bytes, Context, Entry, Failure, HostError, Outcome, ProgramHost, Record, ScanQuery,
    Transform,
};

use crate::witness::{Testimony, Witness};

/// Runs a program, and tells a witness of it if there is one.
pub(super) fn run(
    transform: &mut dyn Transform,
    context: &Context,
    host: &mut dyn ProgramHost,
    witness: Option<&Witness>,
) -> Result<Outcome, Failure> {
    let Some(witness) = witness else {
        return transform.run(context, host);
    };
    witness(&Testimony::Begun);
    let ended = transform.run(context, &mut Witnessed { host, witness });
    witness(&Testimony::Ended(&ended));
    ended
}

struct Witnessed<'a> {
    host: &'a mut dyn ProgramHost,
    witness: &'a Witness,
}

impl Witnessed<'_> {
    fn tell(&self, request: &Request, reply: &Reply) {
        (self.witness)(&Testimony::Answered(request, reply));
    }
}

impl ProgramHost for Witnessed<'_> {
    fn scan(&mut self, query: &ScanQuery) -> Result<Vec<Bytes>, HostError> {
        let answer = self.host.scan(query);
        self.tell(&Request::Scan(query.clone()), &Reply::Keys(answer.clone()));
        answer
    }

    fn get(&mut self, keys: &[Bytes]) -> Result<Vec<Option<Entry>>, HostError> {
        let answer = self.host.get(keys);
        self.tell(
            &Request::Get(keys.to_vec()),
            &Reply::Entries(answer.clone()),
        );
        answer
    }

    fn apply(&mut self, records: Vec<Record>) -> Result<Vec<Applied>, HostError> {
        let request = Request::Apply(records.clone());
        let answer = self.host.apply(records);
        self.tell(&request, &Reply::Applied(answer.clone()));
        answer
    }

    fn backup(&mut self, name: &str) -> Result<String, HostError> {
        let answer = self.host.backup(name);
        self.tell(
            &Request::Backup(name.to_owned()),
            &Reply::Backup(answer.clone()),
        );
        answer
    }

    fn progress(&mut self, done: u64, total: Option<u64>) {
        self.host.progress(done, total);
    }

    fn checkpoint(&mut self, state: &[u8]) -> Result<(), HostError> {
        let answer = self.host.checkpoint(state);
        let request = Request::Checkpoint(Bytes::copy_from_slice(state));
        self.tell(&request, &Reply::Checkpoint(answer.clone()));
        answer
    }

    fn resumed_from(&self) -> Option<Bytes> {
        let state = self.host.resumed_from();
        self.tell(&Request::ResumedFrom, &Reply::ResumedFrom(state.clone()));
        state
    }
}
