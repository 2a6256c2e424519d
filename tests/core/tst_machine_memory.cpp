#include "core/io/atomic_file.h"
#include "core/run/machine_memory.h"

#include <QTemporaryDir>
#include <QtTest>

namespace tst_machine_memory {

using namespace lorashear;
namespace fs = std::filesystem;

namespace {

/// A system's files, as far as they tell of memory.
class FakeSystem {
public:
    FakeSystem& with(const char* file, const std::string& text) {
        const fs::path path = root() / file;
        fs::create_directories(path.parent_path());
        writeFile(path, text);
        return *this;
    }
    fs::path root() const { return m_folder.path().toStdString(); }
    std::int64_t available() const { return availableMemory(root()); }

private:
    QTemporaryDir m_folder;
};

const char* kMemory = "MemTotal:       16384 kB\nMemFree:         1024 kB\nMemAvailable:    8192 kB\n";
constexpr std::int64_t kAvailable = 8192 * 1024;

}  // namespace

class TestMachineMemory : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nobodyTells() { QCOMPARE(FakeSystem().available(), std::int64_t{-1}); }

    void theSystemsFigureCounts() {
        FakeSystem system;
        QCOMPARE(system.with("proc/meminfo", kMemory).available(), kAvailable);
        system.with("proc/self/cgroup", "0::/user\n").with("sys/fs/cgroup/user/memory.max", "max\n");
        QCOMPARE(system.with("sys/fs/cgroup/user/memory.current", "4096\n").available(), kAvailable);
    }

    void theTightestOfNestedGroupsCounts() {
        FakeSystem system;
        system.with("proc/meminfo", kMemory).with("proc/self/cgroup", "0::/pod/container\n");
        system.with("sys/fs/cgroup/pod/container/memory.max", "6000000\n");
        system.with("sys/fs/cgroup/pod/container/memory.current", "1000000\n");
        QCOMPARE(system.available(), std::int64_t{5000000});
        system.with("sys/fs/cgroup/pod/memory.max", "5000000\n").with("sys/fs/cgroup/pod/memory.current", "3000000\n");
        QCOMPARE(system.available(), std::int64_t{2000000});
        system.with("sys/fs/cgroup/pod/memory.stat", "anon 1\ninactive_file 500000\nfile 7\n");  // can be given back
        QCOMPARE(system.available(), std::int64_t{2500000});
        system.with("sys/fs/cgroup/pod/memory.current", "6000000\n");
        QCOMPARE(system.available(), std::int64_t{0});
    }

    /// In a container the path is often another one than what is mounted.
    void theMountedGroupCountsWhereThePathIsElsewhere() {
        FakeSystem system;
        system.with("proc/meminfo", kMemory).with("proc/self/cgroup", "0::/docker/0123\n");
        system.with("sys/fs/cgroup/memory.max", "3000000\n").with("sys/fs/cgroup/memory.current", "1000000\n");
        QCOMPARE(system.available(), std::int64_t{2000000});
    }

    void groupsOfTheFormerVersionCount() {
        FakeSystem system;
        system.with("proc/meminfo", kMemory).with("proc/self/cgroup", "9:cpu,cpuacct:/x\n4:memory:/job\n0::/\n");
        system.with("sys/fs/cgroup/memory/job/memory.limit_in_bytes", "2000000\n");
        system.with("sys/fs/cgroup/memory/job/memory.usage_in_bytes", "1500000\n");
        system.with("sys/fs/cgroup/memory/job/memory.stat", "inactive_file 9\ntotal_inactive_file 100000\n");
        QCOMPARE(system.available(), std::int64_t{600000});
    }

    void rubbishIsNobodysWord() {
        FakeSystem system;
        system.with("proc/meminfo", "MemAvailable: lots\n").with("proc/self/cgroup", "no colons here\n0::/a\n");
        QCOMPARE(system.with("sys/fs/cgroup/a/memory.max", "99999999999999999999\n").available(), std::int64_t{-1});
    }

    void thisMachineTellsSomething() { QVERIFY(residentMemory() > 1000000 && residentMemory() < (std::int64_t{1} << 40)); }
};

}  // namespace tst_machine_memory

QTEST_APPLESS_MAIN(tst_machine_memory::TestMachineMemory)
#include "tst_machine_memory.moc"
