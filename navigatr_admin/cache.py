"""The cache of an installation without Redis: files that all its processes share."""

from contextlib import suppress
from pathlib import Path

from django.core.cache.backends.filebased import FileBasedCache


class FileCache(FileBasedCache):
    """Django's own, which looks at a file's end only when somebody asks for it by name."""

    def sweep(self) -> None:
        """Remove what is over."""
        for path in self._list_cache_files():
            with suppress(FileNotFoundError), Path(path).open("rb") as file:
                self._is_expired(file)
