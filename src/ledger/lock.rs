//! One writer at a time: a file that is locked while the ledger is open for
//! writing, and gone afterwards.

use std::fs::{File, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// The lock, held until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    /// The folders that were made for it, innermost first.
    made: Vec<PathBuf>,
    path: PathBuf,
    _file: File,
}

impl Lock {
    /// Takes the folder, which is made if it is not there.
    ///
    /// Errors: of the kind `WouldBlock` if another writer has it.
    pub(super) fn take(folder: &Path) -> io::Result<Self> {
        let missing = folder.ancestors().take_while(|it| !it.exists() && it.parent().is_some());
        let made = missing.map(Path::to_owned).collect();
        std::fs::create_dir_all(folder)?;
        let path = folder.join(".lock");
        let file = File::create(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(io::ErrorKind::WouldBlock.into()),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        // The one before us may have removed the file between its opening and its
        // locking: then the name is another file by now, or none.
        let is_ours = path.metadata().is_ok_and(|there| {
            file.metadata().is_ok_and(|here| (there.dev(), there.ino()) == (here.dev(), here.ino()))
        });
        if !is_ours {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Ok(Self { made, path, _file: file })
    }
}

impl Drop for Lock {
    /// Removed while it is still held; folders that were made for nothing go too.
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path); // the next build makes it anew
        for folder in &self.made {
            let _ = std::fs::remove_dir(folder); // it is kept if it holds anything
        }
    }
}
