//! What is waited for before a run, for how long, and what ends the wait.

use std::sync::Mutex;

use super::*;

/// Counts the waits, and asks for a stop at one of them.
#[derive(Default)]
struct Waits {
    reasons: Mutex<Vec<String>>,
    stop_at: Option<(usize, Control)>,
}

impl Observer for Waits {
    fn event(&self, event: Event) {
        let Event::Waiting { error, .. } = event else {
            return;
        };
        let mut reasons = self.reasons.lock().expect("nobody panics");
        reasons.push(error.to_string());
        if let Some((wait, control)) = &self.stop_at
            && reasons.len() == *wait
        {
            control.stop();
        }
    }
}

impl Waits {
    fn count(&self) -> usize {
        self.reasons.lock().expect("nobody panics").len()
    }
}

fn error(fault: Fault) -> StoreError {
    StoreError::Server {
        fault,
        doing: "connecting to here".to_owned(),
        message: "not now".to_owned(),
        hint: None,
        retry_after: None,
    }
}

const LONG: Duration = Duration::from_mins(10);

#[test]
fn what_passes_is_waited_for() {
    for fault in [Fault::Lost, Fault::Unavailable, Fault::HistoryChanged] {
        let (control, waits, mut left) = (Control::new(), Waits::default(), 2);
        let found = patiently(LONG, &control, &waits, || {
            if left == 0 {
                return Ok(7);
            }
            left -= 1;
            Err(error(fault))
        });
        assert_eq!(found, Ok(7));
        let reasons = waits.reasons.into_inner().expect("nobody panics");
        assert_eq!(reasons, ["connecting to here: not now"; 2]);
        assert_eq!(control.active_limit(), ActiveLimit::None);
    }
}

#[test]
fn a_refusal_is_not_waited_for() {
    let fenced = StoreError::Fenced { ours: 0, found: 1 };
    for refusal in [error(Fault::Refused), fenced] {
        let waits = Waits::default();
        let mut attempts = 0;
        let found: Result<(), _> = patiently(LONG, &Control::new(), &waits, || {
            attempts += 1;
            Err(refusal.clone())
        });
        assert_eq!((found, attempts, waits.count()), (Err(refusal), 1, 0));
    }
}

#[test]
fn patience_has_an_end() {
    let waits = Waits::default();
    let short = Duration::from_millis(60);
    let found: Result<(), _> = patiently(short, &Control::new(), &waits, || {
        Err(error(Fault::Unavailable))
    });
    assert_eq!(found, Err(error(Fault::Unavailable)));
    // The second one only if the first took no longer than it was to.
    assert!((1..=2).contains(&waits.count()), "{}", waits.count());
    let waits = Waits::default();
    let found: Result<(), _> = patiently(Duration::ZERO, &Control::new(), &waits, || {
        Err(error(Fault::Unavailable))
    });
    assert_eq!((found, waits.count()), (Err(error(Fault::Unavailable)), 0));
}

#[test]
fn a_stop_ends_the_wait() {
    let control = Control::new();
    let waits = Waits {
        stop_at: Some((2, control.clone())),
        ..Waits::default()
    };
    let found: Result<(), _> = patiently(LONG, &control, &waits, || Err(error(Fault::Unavailable)));
    assert_eq!(found, Err(error(Fault::Unavailable)));
    assert_eq!(waits.count(), 2);
}
