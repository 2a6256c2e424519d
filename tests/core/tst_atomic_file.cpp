// Atomic writing: old or new content, never half of one, also when the disk is full; and nothing over a file that a person did not offer.

#include "core/io/atomic_file.h"
#include "core/io/named_output.h"
#include "tests/support/caught.h"
#include "tests/support/file_size_limit.h"
#include "tests/support/temp_folder.h"

#include <QtTest>

#include <array>
#include <chrono>
#include <csignal>
#include <fstream>
#include <optional>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

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

    /// A file that appeared while another one was written stays, and nothing is left of the other.
    void refusesWhatAppearedMeanwhile() {
        const TempFolder folder;
        const auto path = folder.path() / "a.txt";
        {
            AtomicFile file(path);
            file.write("late");
            std::ofstream(path) << "early";
            QVERIFY(says(caught([&] { file.commit(AtomicFile::Taken::Refuse); }), ErrorCode::Io, "exists already"));
        }
        QCOMPARE(readFile(path), std::string("early"));
        QCOMPARE(filesIn(folder.path()), 1);
        AtomicFile other(folder.path() / "b.txt");
        other.write("alone");
        other.commit(AtomicFile::Taken::Refuse);
        QCOMPARE(readFile(folder.path() / "b.txt"), std::string("alone"));
    }

    void namedOutputsAreRefusedOrReplaced() {
        const TempFolder folder;
        const auto path = folder.write("a.txt", "mine"), fresh = folder.path() / "fresh.txt";
        const NamedOutput given(path), forced(path, true);
        QVERIFY(says(caught([&] { given.requireFree(); }), ErrorCode::Io, "exists already"));
        QVERIFY(says(caught([&] { given.write("x"); }), ErrorCode::Io, "exists already"));
        QCOMPARE(readFile(path), std::string("mine"));
        forced.requireFree();
        forced.write("theirs");
        QCOMPARE(readFile(path), std::string("theirs"));
        NamedOutput(fresh).write("new");
        QCOMPARE(readFile(fresh), std::string("new"));
        QVERIFY(says(caught([&] { NamedOutput(folder.path(), true).requireFree(); }), ErrorCode::Io, "exists already"));
        QVERIFY(
            says(caught([&] { NamedOutput(folder.path() / "none" / "a.txt").requireFree(); }), ErrorCode::Io, "no folder"));
        std::filesystem::create_symlink(folder.path() / "nowhere", folder.path() / "link");
        QVERIFY(says(caught([&] { NamedOutput(folder.path() / "link").requireFree(); }), ErrorCode::Io, "exists already"));
    }

    /// /dev/stdout or a shell's >(program): nothing is lost by writing into them, and a file in their place would break the system.
    void pipesAreWrittenIntoAndNeverReplaced() {
        const TempFolder folder;
        const auto pipe = folder.path() / "pipe";
        QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
        const int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
        QVERIFY(reader >= 0);
        for (const bool force : {false, true}) {
            const NamedOutput output(pipe, force);
            output.requireFree();
            output.write("through");
            std::array<char, 16> got{};
            QCOMPARE(::read(reader, got.data(), got.size()), ssize_t{7});
            QCOMPARE(std::string(got.data()), std::string("through"));
        }
        ::close(reader);
        QVERIFY(says(caught([&] { writeFile(pipe, "x"); }), ErrorCode::Io, "no ordinary file"));
        QVERIFY(std::filesystem::is_fifo(pipe));
    }

    /// A shell's "2> file": what is open already is no file to refuse or to replace, and what stands in it stays.
    void whatIsTheStandardOutputIsWrittenInto() {
        const TempFolder folder;
        const auto path = folder.write("log.txt", "before, ");
        const int kept = ::dup(STDERR_FILENO), file = ::open(path.c_str(), O_WRONLY);
        QVERIFY(kept >= 0 && file >= 0 && ::lseek(file, 0, SEEK_END) == 8);
        ::dup2(file, STDERR_FILENO);
        std::optional<Error> error;
        for (const bool force : {false, true})
            for (const std::filesystem::path& name : {std::filesystem::path("/dev/stderr"), path})
                if (!error)
                    error = caught([&, force] {
                        const NamedOutput output(name, force);
                        output.requireFree();
                        output.write("x");
                    });
        ::dup2(kept, STDERR_FILENO);
        ::close(kept);
        ::close(file);
        QVERIFY2(!error, error ? error->what() : "");
        QCOMPARE(readFile(path), std::string("before, xxxx"));
        QVERIFY(says(caught([&] { NamedOutput(path).requireFree(); }), ErrorCode::Io, "exists already"));  // not any more
    }

    /// Nobody reads, or nobody any more: an error, neither waiting for ever nor the end of the program.
    void pipesWithoutReadersAreErrors() {
        const TempFolder folder;
        const auto pipe = folder.path() / "pipe";
        QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
        QVERIFY(says(caught([&] { NamedOutput(pipe).write("x"); }), ErrorCode::Io, "nobody reads"));
        std::thread leaving([&] {
            const int reader = ::open(pipe.c_str(), O_RDONLY);
            char one = 0;
            (void)!::read(reader, &one, 1);
            ::close(reader);
        });
        const auto left = caught([&] { NamedOutput(pipe).write(std::string(1 << 20, 'x')); });
        leaving.join();
        QVERIFY(says(left, ErrorCode::Io, "could not be written"));
        sigset_t pending;
        QCOMPARE(sigpending(&pending), 0);
        QCOMPARE(sigismember(&pending, SIGPIPE), 0);
    }

    void namesWhatCannotBeWritten() {
        const TempFolder folder;
        QVERIFY(says(caught([&] { writeFile(folder.path() / "none" / "a.txt", "x"); }), ErrorCode::Io, "none"));
        QVERIFY(says(caught([&] { writeFile(folder.path(), "x"); }), ErrorCode::Io, folder.path().string()));
    }

    /// What lies in a folder from elsewhere, or what a link in it leads to, neither holds the program for ever nor fills its memory.
    void devicesAreRefusedAndPipesReadWhileSomebodyWrites() {
        const TempFolder folder;
        std::filesystem::create_symlink("/dev/zero", folder.path() / "config.json");
        QVERIFY(says(caught([&] { readFile(folder.path() / "config.json"); }), ErrorCode::BadInput, "is a device"));
        const auto pipe = folder.path() / "pipe";
        QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
        std::thread writer([&] { std::ofstream(pipe) << "one" << std::flush << "two"; });
        const std::string got = readFile(pipe);
        writer.join();
        QCOMPARE(got, std::string("onetwo"));
        std::thread slow([&] {
            std::ofstream later(pipe);
            std::this_thread::sleep_for(std::chrono::milliseconds(2300));  // longer than is waited for a writer
            later << "late";
        });
        const std::string late = readFile(pipe);
        slow.join();
        QCOMPARE(late, std::string("late"));
        QVERIFY(says(caught([&] { readFile(pipe); }), ErrorCode::BadInput, "nobody writes"));
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
