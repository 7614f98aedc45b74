"""Writes the files that the tests of the table readers take, with the writers that people use. Needs numpy, pandas, pyarrow."""

import datetime
from pathlib import Path

import numpy
import pandas
import pyarrow
from pyarrow import feather, ipc, parquet

here = Path(__file__).parent

# 20 000 rows, so that LZ4 needs several blocks that refer to each other.
rows = numpy.arange(20_000)
table = pyarrow.table(
    {
        "x": pyarrow.array(numpy.where(rows % 7 == 3, None, (rows % 100) / 4), pyarrow.float64()),
        "count": pyarrow.array((rows // 100).tolist(), pyarrow.int64()),
        "half": pyarrow.array((rows % 5).astype(numpy.float16)),
        "price": pyarrow.array([f"{row % 9}.25" for row in rows]).cast(pyarrow.decimal128(6, 2)),
        "kind": pyarrow.array([["red", "green", None][row % 3] for row in rows]).dictionary_encode(),
        "even": pyarrow.array((rows % 2 == 0).tolist()),
        "day": pyarrow.array([datetime.date(2020, 1, 1 + row % 28) for row in rows.tolist()]),
        "pair": pyarrow.array([[1.0, 2.0]] * len(rows)),
    }
)
for compression in ("lz4", "zstd"):
    feather.write_feather(table, here / f"pyarrow-{compression}.feather", compression=compression, chunksize=12_000)
with ipc.new_stream(here / "pyarrow-stream.arrow", table.schema) as writer:
    writer.write_table(table.slice(0, 200), max_chunksize=70)
for compression in ("snappy", "zstd", "gzip", "brotli", "lz4"):
    parquet.write_table(table, here / f"pyarrow-{compression}.parquet", compression=compression, row_group_size=9_000)

frame = pandas.DataFrame({"a.b": [1.5, None, 3.0], "c": [1, 2, 3], "s": ["x", None, "z"]}, index=[10, 20, 30])
frame.to_parquet(here / "pandas.parquet")
frame.to_csv(here / "pandas.csv")

points = numpy.array([[1, 2, 3], [4, 5, 6]])
numpy.save(here / "numpy-f8.npy", points.astype("<f8"))
numpy.save(here / "numpy-f4-fortran.npy", numpy.asfortranarray(points.astype("<f4") / 4))
numpy.save(here / "numpy-f4-big.npy", points.astype(">f4") / 4)
numpy.save(here / "numpy-i8.npy", points.astype("<i8") - 3)
numpy.save(here / "numpy-u1.npy", points.astype("u1"))
numpy.save(here / "numpy-f2.npy", numpy.array([1.5, -2**-24, numpy.nan, 65504, numpy.inf], dtype="<f2"))
numpy.save(here / "numpy-3d.npy", numpy.zeros((2, 2, 2)))
numpy.save(here / "numpy-text.npy", numpy.array(["a", "b"]))
numpy.save(here / "numpy-records.npy", numpy.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]))

# What is no plain table of float64.
records = numpy.zeros(3, dtype=[("x", "<f4"), ("pos", ">i2", (2,)), ("name", "<U4"), ("when", "<M8[D]"), ("", "|V3"), ("big", "<i8")])
records["x"], records["pos"], records["big"] = [1, 2, 3], [[1, 2], [3, 4], [5, 6]], [2**53, 2**53 + 1, -5]
numpy.save(here / "numpy-fields.npy", records)
numpy.save(here / "numpy-bool.npy", numpy.array([[True, False], [False, True]]))
numpy.save(here / "numpy-u8.npy", numpy.array([[2**64 - 1, 1], [2**53, 2]], dtype="u8"))
numpy.save(here / "numpy-complex.npy", numpy.array([[1j]]))
numpy.save(here / "numpy-delta.npy", numpy.array([1, 2], dtype="m8[ns]"))
numpy.save(here / "numpy-object.npy", numpy.array([1, "a"], dtype=object), allow_pickle=True)
numpy.save(here / "numpy-long.npy", numpy.array([1, 2], dtype=numpy.longdouble))
odd = pyarrow.table(
    {
        "user_id": pyarrow.array([2**62 + 1, 2**62 + 3, 2**62 + 5]),
        "ns": pyarrow.array([2**60, 2**60 + 1, None]),
        "u": pyarrow.array([2**64 - 1, 0, 1], pyarrow.uint64()),
        "vector": pyarrow.array([[1, 2], None, [5, 6]], pyarrow.list_(pyarrow.float32(), 2)),
        "ragged": pyarrow.array([[1.0], [1.0, 2.0], []]),
        "words": pyarrow.array([["a"], ["b"], ["c"]]),
        "flag": pyarrow.array([True, None, False]),
        "yes": pyarrow.array(["True", "False", "true"]),
        "at": pyarrow.array([1, 2, 3], pyarrow.timestamp("ns")),
        "long": pyarrow.array([1, 2, 3], pyarrow.duration("s")),
        "pair": pyarrow.array([{"a": 1, "b": 2}] * 3),
        "raw": pyarrow.array([b"\0\1", b"\2", None]),
    }
)
feather.write_feather(odd, here / "pyarrow-odd.feather")
parquet.write_table(odd, here / "pyarrow-odd.parquet")
