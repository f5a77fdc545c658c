//! A terminal as far as the binary uses one: text, lines, and the few codes that draw a page over the one before.

/// What is on a screen.
pub(super) struct Terminal {
    height: usize,
    rows: Vec<String>,
    row: usize,
    /// Bytes of a code or a character that has not come whole.
    rest: Vec<u8>,
}

impl Terminal {
    /// Makes an empty screen.
    pub(super) fn new(height: usize) -> Self {
        Self {
            height,
            rows: vec![String::new(); height],
            row: 0,
            rest: Vec::new(),
        }
    }

    /// Returns the screen, without empty lines at its end.
    pub(super) fn shown(&self) -> String {
        let text = self.rows.join("\n");
        text.trim_end().to_owned()
    }

    /// Takes what was written.
    pub(super) fn take(&mut self, bytes: &[u8]) {
        self.rest.extend_from_slice(bytes);
        let all = std::mem::take(&mut self.rest);
        let whole = match std::str::from_utf8(&all) {
            Ok(text) => text,
            Err(error) => std::str::from_utf8(&all[..error.valid_up_to()]).expect("it is valid"),
        };
        let mut left = whole;
        while let Some(character) = left.chars().next() {
            if character != '\u{1b}' {
                self.put(character);
                left = &left[character.len_utf8()..];
                continue;
            }
            let Some(end) = left.find(|c: char| c.is_ascii_alphabetic()) else {
                break;
            };
            self.code(&left[1..=end]);
            left = &left[end + 1..];
        }
        let taken = whole.len() - left.len();
        self.rest = all[taken..].to_vec();
    }

    fn put(&mut self, character: char) {
        match character {
            '\r' => {}
            '\n' if self.row + 1 == self.height => {
                self.rows.remove(0);
                self.rows.push(String::new());
            }
            '\n' => self.row += 1,
            character => self.rows[self.row].push(character),
        }
    }

    fn code(&mut self, code: &str) {
        match code {
            // A page is written line by line: where a line is begun, the one before it is not needed any more.
            "[H" => {
                self.row = 0;
                self.rows[0].clear();
            }
            "[K" => {
                if let Some(next) = self.rows.get_mut(self.row + 1) {
                    next.clear();
                }
            }
            "[J" => self.rows[self.row + 1..].iter_mut().for_each(String::clear),
            "[?2026h" | "[?2026l" => {}
            code if code.starts_with('[') && code.ends_with('m') => {}
            code => panic!("the terminal does not know {code:?}"),
        }
    }
}

#[test]
fn a_page_is_drawn_over_the_one_before() {
    let mut terminal = Terminal::new(3);
    terminal.take(b"a shell\r\n\r\n\r\n");
    assert_eq!(terminal.shown(), "");
    terminal
        .take(b"\x1b[?2026h\x1b[Hone\x1b[K\r\n\x1b[31mtwo\x1b[0m\x1b[K\r\nthree\x1b[J\x1b[?2026l");
    assert_eq!(terminal.shown(), "one\ntwo\nthree");
    let (part, rest) = "\u{1b}[H●\u{1b}[J".as_bytes().split_at(4);
    terminal.take(part);
    terminal.take(rest);
    assert_eq!(terminal.shown(), "●");
}
