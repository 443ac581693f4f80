"""Which PDFs a folder holds, under which keys."""

import os
from pathlib import Path

import pytest

from indexer.errors import ConfigError
from indexer.find import find, source_name


def write(path: Path, content: bytes = b"%PDF-1.4 x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_takes_pdfs_of_all_sub_folders_by_key_and_leaves_the_rest(tmp_path: Path) -> None:
    for name in ("b.pdf", "2017/a.PDF", "notes.txt", ".hidden.pdf", ".git/c.pdf"):
        write(tmp_path / name)
    found = find("board", tmp_path, {})
    assert [f.document.key for f in found] == ["board/2017/a", "board/b"]
    assert all(len(f.document.id) == 64 and f.problem is None for f in found)


def test_two_names_that_differ_by_suffix_only_keep_two_keys(tmp_path: Path) -> None:
    write(tmp_path / "a.PDF", b"%PDF one")
    write(tmp_path / "a.pdf", b"%PDF two")
    assert [f.document.key for f in find("board", tmp_path, {})] == ["board/a", "board/a.pdf"]


def test_a_link_out_of_the_folder_is_a_problem_and_no_document(tmp_path: Path) -> None:
    secret = write(tmp_path / "secret.pdf")
    folder = tmp_path / "reviews"
    folder.mkdir()
    (folder / "link.pdf").symlink_to(secret)
    (found,) = find("board", folder, {})
    assert found.document.id == ""
    assert "leads out of its folder" in (found.problem or "")


def test_a_link_that_leads_nowhere_and_one_that_leads_to_itself_are_problems(tmp_path: Path) -> None:
    (tmp_path / "gone.pdf").symlink_to(tmp_path / "nothing")
    (tmp_path / "loop.pdf").symlink_to(tmp_path / "loop.pdf")
    assert [bool(f.problem) for f in find("board", tmp_path, {})] == [True, True]


def test_an_unchanged_file_is_not_read_again(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pdf")
    (first,) = find("board", tmp_path, {})
    before = os.stat(path)
    path.write_bytes(b"%PDF-1.4 y")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    known = {"board/a": (first.size, first.modified, first.document.id)}
    assert find("board", tmp_path, known)[0].document.id == first.document.id
    assert find("board", tmp_path, {})[0].document.id != first.document.id


def test_a_missing_folder_is_a_fault_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no folder .*nowhere"):
        find("board", tmp_path / "nowhere", {})


@pytest.mark.parametrize(
    ("folder", "name"), [("My Reviews (2017)", "my-reviews-2017"), ("real", "real"), ("___", "folder")]
)
def test_a_folder_names_its_source(folder: str, name: str) -> None:
    assert source_name(Path("/x") / folder) == name
