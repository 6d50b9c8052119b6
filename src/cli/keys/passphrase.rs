//! Where a passphrase comes from: a terminal, or where the user says; never an
//! argument, never a standard input that nobody has pointed at.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Write as _};
use std::path::{Path, PathBuf};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

/// Bytes of a passphrase, at most.
const BYTES_MAX: usize = 1_024;
/// Passphrases of a file, at most.
const LINES_MAX: usize = 16;
/// Digits and letters that nobody takes for one another (Crockford's base 32).
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The flags that say where a passphrase is.
#[derive(Clone, Debug, Default, clap::Args)]
#[group(multiple = false)]
pub(in crate::cli) struct Source {
    /// 从文件的第一行读口令；签名要用几把密钥的，每行一个，逐个试
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// 从已打开的文件描述符的第一行读口令
    #[arg(long, value_name = "FD")]
    passphrase_fd: Option<u32>,
    /// 从标准输入的第一行读口令
    #[arg(long)]
    passphrase_stdin: bool,
}

/// The same for a new passphrase, where the old one is asked for too.
#[derive(Clone, Debug, Default, clap::Args)]
#[group(multiple = false)]
pub(super) struct NewSource {
    /// 从文件的第一行读新口令
    #[arg(long, value_name = "FILE")]
    new_passphrase_file: Option<PathBuf>,
    /// 从已打开的文件描述符的第一行读新口令
    #[arg(long, value_name = "FD")]
    new_passphrase_fd: Option<u32>,
}

impl From<&NewSource> for Source {
    fn from(new: &NewSource) -> Self {
        let NewSource { new_passphrase_file, new_passphrase_fd } = new.clone();
        Self {
            passphrase_file: new_passphrase_file,
            passphrase_fd: new_passphrase_fd,
            passphrase_stdin: false,
        }
    }
}

impl Source {
    /// The passphrase of a key, for which `question` asks on a terminal.
    ///
    /// Errors: why there is none, in words.
    pub(in crate::cli) fn ask(&self, question: &str) -> Result<Zeroizing<Vec<u8>>, String> {
        let given = self.given()?;
        let passphrase = match given {
            Some(passphrase) => passphrase,
            None => Terminal::open()?.ask(question)?,
        };
        if passphrase.is_empty() { Err("口令是空的".to_owned()) } else { Ok(passphrase) }
    }

    /// The passphrases that a flag points at, one a line; `None` if there is no flag.
    ///
    /// Errors: they cannot be read, or are more than 16, in words.
    pub(super) fn all(&self) -> Result<Option<Vec<Zeroizing<Vec<u8>>>>, String> {
        let Some(from) = self.open()? else { return Ok(None) };
        let mut from = BufReader::with_capacity(1, from);
        let mut all = Vec::new();
        loop {
            let passphrase = line(&mut from)?;
            if passphrase.is_empty() {
                return Ok(Some(all));
            }
            if all.len() == LINES_MAX {
                return Err(format!("口令超过 {LINES_MAX} 行"));
            }
            all.push(passphrase);
        }
    }

    /// A new passphrase: given, typed twice, or made up if nothing is typed.
    pub(super) fn ask_new(&self) -> Result<Zeroizing<Vec<u8>>, String> {
        if let Some(given) = self.given()? {
            return if given.is_empty() { Err("口令是空的".to_owned()) } else { Ok(given) };
        }
        let terminal = Terminal::open()?;
        let first = terminal.ask("新口令（直接回车则生成一个）：")?;
        if first.is_empty() {
            let made = generate()?;
            let text = str::from_utf8(&made).expect("Crockford's characters are ASCII");
            terminal.say(&format!("口令：{text}\n请抄在纸上，另行保管；它不会再显示。\n"))?;
            let again = terminal.ask("请照抄输入一遍：")?;
            return if again == made { Ok(made) } else { Err("两次不一样".to_owned()) };
        }
        let again = terminal.ask("再输入一遍：")?;
        if first == again { Ok(first) } else { Err("两次不一样".to_owned()) }
    }

    /// The passphrase that a flag points at.
    fn given(&self) -> Result<Option<Zeroizing<Vec<u8>>>, String> {
        self.open()?.map(first_line).transpose()
    }

    /// What a flag points at.
    fn open(&self) -> Result<Option<Box<dyn Read>>, String> {
        let Self { passphrase_file, passphrase_fd, passphrase_stdin } = self;
        let open = |path: &Path| -> Result<Option<Box<dyn Read>>, String> {
            let opened = File::open(path);
            let file = opened.map_err(|error| format!("读不了 {}：{error}", path.display()))?;
            Ok(Some(Box::new(file)))
        };
        if let Some(path) = passphrase_file {
            return open(path);
        }
        if let Some(descriptor) = passphrase_fd {
            return open(&PathBuf::from(format!("/dev/fd/{descriptor}")));
        }
        Ok(if *passphrase_stdin { Some(Box::new(io::stdin().lock())) } else { None })
    }
}

/// Sixteen characters, 80 bits.
fn generate() -> Result<Zeroizing<Vec<u8>>, String> {
    let mut random = Zeroizing::new([0_u8; 16]);
    getrandom::fill(&mut *random).map_err(|error| format!("没有随机数：{error}"))?;
    // 256 is a multiple of 32: each character is as likely as any other.
    let characters = random.iter().map(|byte| CROCKFORD[usize::from(byte % 32)]);
    Ok(Zeroizing::new(characters.collect()))
}

/// The first line of a stream, without its end.
fn first_line(from: impl Read) -> Result<Zeroizing<Vec<u8>>, String> {
    line(&mut BufReader::with_capacity(1, from))
}

/// The next line of a stream, without its end; empty at the end of the stream.
fn line(from: &mut impl BufRead) -> Result<Zeroizing<Vec<u8>>, String> {
    let mut line = Zeroizing::new(Vec::with_capacity(BYTES_MAX + 2));
    let limit = u64::try_from(BYTES_MAX).expect("a small number") + 2;
    from.take(limit)
        .read_until(b'\n', &mut line)
        .map_err(|error| format!("读不了口令：{error}"))?;
    if line.last() == Some(&b'\n') {
        line.pop();
        if line.last() == Some(&b'\r') {
            line.pop();
        }
    }
    if line.len() > BYTES_MAX { Err("口令超过 1,024 字节".to_owned()) } else { Ok(line) }
}

/// The terminal of the process, whatever its streams are.
struct Terminal {
    file: File,
}

/// A terminal that does not show what is typed, until this is dropped.
struct Hidden<'a> {
    terminal: &'a File,
    before: Termios,
}

impl<'a> Hidden<'a> {
    fn new(terminal: &'a File) -> io::Result<Self> {
        let before = tcgetattr(terminal)?;
        let mut hidden = before.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        hidden.local_modes.insert(LocalModes::ECHONL);
        tcsetattr(terminal, OptionalActions::Flush, &hidden)?;
        Ok(Self { terminal, before })
    }
}

impl Drop for Hidden<'_> {
    fn drop(&mut self) {
        let _ = tcsetattr(self.terminal, OptionalActions::Flush, &self.before); // it may be gone
    }
}

impl Terminal {
    fn open() -> Result<Self, String> {
        let file = OpenOptions::new().read(true).write(true).open("/dev/tty");
        file.map(|file| Self { file }).map_err(|_| {
            "没有终端可输入口令；用 --passphrase-file、--passphrase-fd 或 --passphrase-stdin 指明"
                .to_owned()
        })
    }

    fn say(&self, words: &str) -> Result<(), String> {
        let said = (&self.file).write_all(words.as_bytes());
        said.map_err(|error| format!("终端写不了：{error}"))
    }

    fn ask(&self, question: &str) -> Result<Zeroizing<Vec<u8>>, String> {
        // Hidden before it is asked for: who types at once is not seen either.
        let _hidden =
            Hidden::new(&self.file).map_err(|error| format!("终端不能隐藏输入：{error}"))?;
        self.say(question)?;
        first_line(&self.file)
    }
}
