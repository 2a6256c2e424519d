// Mapped files that other programs change or cut short while they are open: no crash, no number without a word.

#include "core/base/control.h"
#include "core/base/mapping_guard.h"
#include "core/io/atomic_file.h"
#include "core/io/mapped_file.h"
#include "core/io/pending_folder.h"
#include "tests/support/caught.h"
#include "tests/support/temp_folder.h"

#include <QtTest>

#include <fstream>
#include <thread>
#include <vector>

namespace tst_mapped_file {

using namespace lorashear;
using namespace lorashear::test;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kPages = 16, kPage = 4096;

std::size_t sumOf(const MappedFile& file) {
    std::size_t sum = 0;
    for (const std::byte byte : file.bytes()) sum += std::to_integer<std::size_t>(byte);
    return sum;
}

}  // namespace

class TestMappedFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsCutOffReadsAsZerosAndIsReported() {
        const TempFolder folder;
        const auto path = folder.write("weights", std::string(kPages * kPage, '\1'));
        const auto before = damagedMappings();
        {
            const auto file = MappedFile::open(path);
            QCOMPARE(sumOf(*file), kPages * kPage);
            QVERIFY(!mappingLost());
            fs::resize_file(path, 3 * kPage);
            std::vector<std::size_t> sums(4);
            {
                std::vector<std::jthread> threads;  // a product's threads meet the loss together
                for (auto& sum : sums) threads.emplace_back([&] { sum = sumOf(*file); });
            }
            for (const std::size_t sum : sums) QCOMPARE(sum, 3 * kPage);
            QVERIFY(mappingLost());
            const auto polled = caught([] { Control{}.poll(); });
            QVERIFY(says(polled, ErrorCode::Io, "cut short"));
            QVERIFY(polled->subject().ends_with("weights"));
            QVERIFY(says(caught([&] { writeFile(folder.path() / "result", "x"); }), ErrorCode::Io, "cut short"));
            QVERIFY(!fs::exists(folder.path() / "result"));
            QVERIFY(says(caught([&] { PendingFolder(folder.path() / "model").commit(); }), ErrorCode::Io, "cut short"));
        }
        QVERIFY(!mappingLost());
        Control{}.poll();
        writeFile(folder.path() / "result", "x");
        QVERIFY(says(caught([&] { requireNoDamageSince(before); }), ErrorCode::Io, "weights"));
        requireNoDamageSince(before + 1);
    }

    void overwritingInPlaceIsReportedReplacingIsNot() {
        const TempFolder folder;
        const auto path = folder.write("weights", std::string(kPage, '\1'));
        {
            const auto file = MappedFile::open(path);
            requireIntactMappings();
            fs::rename(folder.write("newer", std::string(kPage, '\2')), path);
            QCOMPARE(sumOf(*file), kPage);
            requireIntactMappings();
        }
        const auto file = MappedFile::open(path);
        const auto later = fs::last_write_time(path) + std::chrono::seconds(2);
        std::ofstream(path, std::ios::in | std::ios::out | std::ios::binary) << 'x';
        fs::last_write_time(path, later);
        QVERIFY(says(caught([] { requireIntactMappings(); }), ErrorCode::Io, "changed"));
    }

    void manyMappingsComeAndGo() {
        const TempFolder folder;
        const auto path = folder.write("weights", std::string(kPage, '\1'));
        std::vector<std::shared_ptr<const MappedFile>> files;
        for (int i = 0; i < 300; ++i) files.push_back(MappedFile::open(path));
        files.erase(files.begin(), files.begin() + 150);
        for (int i = 0; i < 150; ++i) files.push_back(MappedFile::open(path));
        requireIntactMappings();
        QCOMPARE(sumOf(*files.back()), kPage);
    }
};

}  // namespace tst_mapped_file

QTEST_APPLESS_MAIN(tst_mapped_file::TestMappedFile)
#include "tst_mapped_file.moc"
