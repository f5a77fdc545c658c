//! Packs commands into one buffer in the protocol's own form (RESP arrays of bulk strings), so that a batch of
//! commands costs one allocation that is reused and one write to the socket.

/// Where commands are written to: a pipeline, or the arguments of a script.
pub(crate) trait Sink {
    /// Begins a command of `words` words, its name included; exactly as many [`word`](Self::word)s follow.
    fn begin(&mut self, words: usize);

    /// Adds the next word.
    fn word(&mut self, word: &[u8]);

    /// Adds the next word, a number.
    fn number(&mut self, number: u64) {
        self.word(Decimal::new(number).as_bytes());
    }

    /// Adds a whole command.
    fn command(&mut self, words: &[&[u8]]) {
        self.begin(words.len());
        for word in words {
            self.word(word);
        }
    }
}

/// A number as decimal digits, without an allocation.
pub(crate) struct Decimal {
    digits: [u8; 20],
    from: usize,
}

impl Decimal {
    pub(crate) fn new(mut number: u64) -> Self {
        let mut digits = [0; 20];
        let mut from = digits.len();
        loop {
            from -= 1;
            digits[from] = b'0' + u8::try_from(number % 10).expect("a digit is below ten");
            number /= 10;
            if number == 0 {
                return Self { digits, from };
            }
        }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.digits[self.from..]
    }
}

fn head(bytes: &mut Vec<u8>, mark: u8, number: usize) {
    match u8::try_from(number) {
        // Most words are short.
        Ok(number @ ..10) => bytes.extend_from_slice(&[mark, b'0' + number, b'\r', b'\n']),
        Ok(number @ ..100) => {
            let (tens, ones) = (b'0' + number / 10, b'0' + number % 10);
            bytes.extend_from_slice(&[mark, tens, ones, b'\r', b'\n']);
        }
        _ => {
            bytes.push(mark);
            bytes.extend_from_slice(Decimal::new(number as u64).as_bytes());
            bytes.extend_from_slice(b"\r\n");
        }
    }
}

fn bulk(bytes: &mut Vec<u8>, word: &[u8]) {
    head(bytes, b'$', word.len());
    bytes.extend_from_slice(word);
    bytes.extend_from_slice(b"\r\n");
}

/// Commands that are sent in one go and answered in order.
#[derive(Debug, Default)]
pub(crate) struct Request {
    bytes: Vec<u8>,
    commands: usize,
}

/// Above this the buffer is given back after a large batch.
const KEPT: usize = 4 << 20;

impl Request {
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.bytes.shrink_to(KEPT);
        self.commands = 0;
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many replies there will be.
    pub(crate) fn commands(&self) -> usize {
        self.commands
    }

    /// Adds words that were packed as a script's arguments to the command that is being written.
    pub(crate) fn words_of(&mut self, arguments: &ScriptArguments) {
        self.bytes.extend_from_slice(&arguments.bytes);
    }

    /// The first two words of the command with this number, for messages: `RESTORE user:1`.
    pub(crate) fn describe(&self, number: usize) -> String {
        first_words(&self.bytes, number)
    }
}

impl Sink for Request {
    fn begin(&mut self, words: usize) {
        head(&mut self.bytes, b'*', words);
        self.commands += 1;
    }

    fn word(&mut self, word: &[u8]) {
        bulk(&mut self.bytes, word);
    }
}

/// Commands as arguments of a script: for each its number of words, then the words.
#[derive(Debug, Default)]
pub(crate) struct ScriptArguments {
    bytes: Vec<u8>,
    words: usize,
}

impl ScriptArguments {
    /// How many words were packed.
    pub(crate) fn words(&self) -> usize {
        self.words
    }
}

impl Sink for ScriptArguments {
    fn begin(&mut self, words: usize) {
        self.number(words as u64);
    }

    fn word(&mut self, word: &[u8]) {
        bulk(&mut self.bytes, word);
        self.words += 1;
    }
}

/// Walks the packed commands to the one with this number. Only errors come here, so time is of no concern.
fn first_words(mut bytes: &[u8], number: usize) -> String {
    for _ in 0..number {
        let words = take_head(&mut bytes).unwrap_or(0);
        for _ in 0..words {
            take_bulk(&mut bytes);
        }
    }
    let words = take_head(&mut bytes).unwrap_or(0).min(2);
    let shown: Vec<String> = (0..words)
        .filter_map(|_| take_bulk(&mut bytes))
        .map(|word| String::from_utf8_lossy(word).into_owned())
        .collect();
    shown.join(" ")
}

fn take_head(bytes: &mut &[u8]) -> Option<usize> {
    let end = bytes.iter().position(|byte| *byte == b'\r')?;
    let number = std::str::from_utf8(bytes.get(1..end)?).ok()?.parse().ok()?;
    *bytes = bytes.get(end + 2..)?;
    Some(number)
}

fn take_bulk<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = take_head(bytes)?;
    let word = bytes.get(..length)?;
    *bytes = bytes.get(length + 2..)?;
    Some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_packed_as_the_protocol_says() {
        let mut request = Request::default();
        request.command(&[b"GET", b"k"]);
        request.begin(3);
        request.word(b"SET");
        request.word(b"");
        request.number(u64::MAX);
        assert_eq!(
            String::from_utf8_lossy(request.bytes()),
            "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n*3\r\n$3\r\nSET\r\n$0\r\n\r\n$20\r\n18446744073709551615\r\n"
        );
        assert_eq!(request.commands(), 2);
        request.clear();
        assert_eq!((request.bytes().len(), request.commands()), (0, 0));
    }

    #[test]
    fn lengths_of_any_size_are_written() {
        for length in [0, 9, 10, 99, 100, 255, 256, 70_000] {
            let mut request = Request::default();
            request.word(&vec![b'x'; length]);
            let head = format!("${length}\r\n");
            assert!(request.bytes().starts_with(head.as_bytes()), "{length}");
            assert_eq!(request.bytes().len(), head.len() + length + 2);
        }
    }

    #[test]
    fn a_command_is_described_by_its_number() {
        let mut request = Request::default();
        request.command(&[b"MULTI"]);
        request.command(&[b"RESTORE", b"user:1\r\n*2", b"0", b"\r\n"]);
        request.command(&[b"EXEC"]);
        assert_eq!(request.describe(0), "MULTI");
        assert_eq!(request.describe(1), "RESTORE user:1\r\n*2");
        assert_eq!(request.describe(2), "EXEC");
        assert_eq!(request.describe(3), "");
    }

    #[test]
    fn a_scripts_arguments_tell_where_a_command_ends() {
        let mut arguments = ScriptArguments::default();
        arguments.word(b"1");
        arguments.command(&[b"DEL", b"k"]);
        assert_eq!(arguments.words(), 4);
        let mut request = Request::default();
        request.begin(4);
        request.words_of(&arguments);
        assert_eq!(
            String::from_utf8_lossy(request.bytes()),
            "*4\r\n$1\r\n1\r\n$1\r\n2\r\n$3\r\nDEL\r\n$1\r\nk\r\n"
        );
    }
}
