// Atomic writing: old or new content, never half of one, also when the disk is full.

#include "core/io/atomic_file.h"
#include "tests/support/caught.h"
#include "tests/support/file_size_limit.h"
#include "tests/support/temp_folder.h"

#include <QtTest>

#include <sys/stat.h>

namespace tst_atomic_file {

using namespace lorashear;
using namespace lorashear::test;

namespace {

std::ptrdiff_t filesIn(const std::filesystem::path& folder) {
    return std::distance(std::filesystem::directory_iterator(folder), {});
}

}  // namespace

class TestAtomicFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void writesAndReplaces() {
        const TempFolder folder;
        const auto path = folder.path() / "a.bin";
        const std::string binary("one\0two", 7);
        writeFile(path, binary);
        QCOMPARE(readFile(path), binary);
        writeFile(path, "");
        QCOMPARE(readFile(path), std::string());
        QCOMPARE(filesIn(folder.path()), 1);
    }

    void keepsOldWithoutCommit() {
        const TempFolder folder;
        const auto path = folder.write("a.txt", "old");
        {
            AtomicFile file(path);
            file.write("new content");
            QCOMPARE(readFile(path), std::string("old"));
        }
        QCOMPARE(readFile(path), std::string("old"));
        QCOMPARE(filesIn(folder.path()), 1);
    }

    void keepsMappedFileAlive() {
        const TempFolder folder;
        const auto path = folder.write("a.txt", "old");
        struct stat before {
        }, after{};
        QCOMPARE(stat(path.c_str(), &before), 0);
        writeFile(path, "new");
        QCOMPARE(stat(path.c_str(), &after), 0);
        QVERIFY(before.st_ino != after.st_ino);  // a mapping of the old file still sees the old bytes
    }

    void writesThroughLinks() {
        const TempFolder folder;
        const auto target = folder.write("target.txt", "old");
        std::filesystem::create_symlink(target, folder.path() / "link.txt");
        writeFile(folder.path() / "link.txt", "new");
        QVERIFY(std::filesystem::is_symlink(folder.path() / "link.txt"));
        QCOMPARE(readFile(target), std::string("new"));
    }

    void fullDiskLosesNothing() {
        const TempFolder folder;
        const auto path = folder.write("weights.bin", "the old weights");
        const std::string large(8 << 20, 'x');
        std::optional<Error> error;
        {
            const FileSizeLimit full(1 << 20);
            error = caught([&] { writeFile(path, large); });
        }
        QVERIFY(says(error, ErrorCode::Io, path.string()));
        QVERIFY(!error->hint().empty());
        QCOMPARE(readFile(path), std::string("the old weights"));
        QCOMPARE(filesIn(folder.path()), 1);
    }

    void fullDiskFoundAtCommit() {
        const TempFolder folder;
        const auto path = folder.path() / "small.bin";
        const FileSizeLimit full(100);
        AtomicFile file(path);
        file.write(std::string(1000, 'x'));  // still in the buffer
        QVERIFY(says(caught([&] { file.commit(); }), ErrorCode::Io, "small.bin"));
        QVERIFY(!std::filesystem::exists(path));
    }

    void namesWhatCannotBeWritten() {
        const TempFolder folder;
        QVERIFY(says(caught([&] { writeFile(folder.path() / "none" / "a.txt", "x"); }), ErrorCode::Io, "none"));
        QVERIFY(says(caught([&] { writeFile(folder.path(), "x"); }), ErrorCode::Io, folder.path().string()));
    }

    void namesWhatCannotBeRead() {
        const TempFolder folder;
        QVERIFY(says(caught([&] { readFile(folder.path() / "none.txt"); }), ErrorCode::BadInput, "none.txt"));
        QVERIFY(says(caught([&] { readFile(folder.path()); }), ErrorCode::BadInput, "folder"));
    }
};

}  // namespace tst_atomic_file

QTEST_APPLESS_MAIN(tst_atomic_file::TestAtomicFile)
#include "tst_atomic_file.moc"
