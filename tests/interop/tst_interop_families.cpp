// Checkpoints written by transformers (make_family_checkpoints.py): logits to 1e-4, greedy text equal, and everything that holds
// for a model of every family.
#include "core/base/error.h"
#include "core/io/checkpoint.h"
#include "tests/support/temp_folder.h"
#include "tests/support/verify_check.h"
#include "tests/tensor/family_checks.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <QtTest>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace tst_interop_families {

using namespace lorashear;
using namespace lorashear::testing;
namespace fs = std::filesystem;

namespace {

std::vector<fs::path> checkpoints() {
    const char* folder = std::getenv("LORASHEAR_INTEROP");
    std::vector<fs::path> all;
    if (folder && fs::exists(fs::path(folder) / "families"))
        for (const auto& entry : fs::directory_iterator(fs::path(folder) / "families"))
            if (fs::exists(entry.path() / "reference.json")) all.push_back(entry.path());
    std::sort(all.begin(), all.end());
    return all;
}

nlohmann::json jsonOf(const fs::path& file) {
    std::ifstream stream(file);
    return nlohmann::json::parse(stream);
}

at::Tensor floats(const nlohmann::json& numbers) {
    return at::tensor(numbers.get<std::vector<double>>(), at::kDouble).to(at::kFloat);
}

at::Tensor row(const nlohmann::json& ids) {
    return at::tensor(ids.get<std::vector<std::int64_t>>(), at::kLong).unsqueeze(0);
}

double apart(const at::Tensor& a, const at::Tensor& b) {
    return (a - b).abs().max().item<double>();
}

// A copy of a checkpoint whose config.json says something else.
fs::path edited(const fs::path& from, const fs::path& to, const char* key, const nlohmann::json& value) {
    fs::copy(from, to);
    auto config = jsonOf(to / "config.json");
    config[key] = value;
    std::ofstream(to / "config.json") << config.dump(1);
    return to;
}

}  // namespace

class TestInteropFamilies : public QObject {
    Q_OBJECT

private:
    static void eachCheckpoint() {
        QTest::addColumn<QString>("folder");
        for (const auto& path : checkpoints())
            QTest::newRow(path.filename().c_str()) << QString::fromStdString(path.string());
    }

private Q_SLOTS:
    void checkpointsAreThere() { QVERIFY2(checkpoints().size() >= 20, "LORASHEAR_INTEROP names no folder with families"); }

    void logitsAndTextAreTheirs_data() { eachCheckpoint(); }
    void logitsAndTextAreTheirs() {
        QFETCH(QString, folder);
        const auto reference = jsonOf(fs::path(folder.toStdString()) / "reference.json");
        const auto model = loadModel(Checkpoint::open(folder.toStdString()));
        at::NoGradGuard guard;
        const auto logits = model->logits(row(reference["ids"][0]), {})[0];
        const double first = apart(logits.flatten(), floats(reference["logits"]));
        const double last = apart(model->logits(row(reference["ids"][1]), {})[0][-1], floats(reference["last"]));
        QVERIFY2(first <= 1e-4 && last <= 1e-4, qPrintable(QString("apart by %1 and %2").arg(first).arg(last)));
        const auto ids = reference["ids"][0].get<std::vector<int>>();
        GenerateOptions options;
        const auto expected = reference["greedy"].get<std::vector<int>>();
        options.maxTokens = static_cast<int>(expected.size());
        QCOMPARE(generate(*model, {ids.begin(), ids.begin() + 8}, options), expected);
    }

    void whatHoldsForEveryFamily_data() { eachCheckpoint(); }
    void whatHoldsForEveryFamily() {
        QFETCH(QString, folder);
        const auto model = loadModel(Checkpoint::open(folder.toStdString()));
        const auto ids = randomIds(model->config().vocabulary, 2, 19, 3);
        VERIFY_CHECK(checkDescription(*model));
        VERIFY_CHECK(checkForms(*model, ids));
        VERIFY_CHECK(checkPruning(*model, ids, 70));
        VERIFY_CHECK(checkGeneration(*model, {1, 5, 8, 9}, 20));
    }

    void disagreementNamesConfigAndTensor() {
        const auto folders = checkpoints();
        QVERIFY(!folders.empty());
        test::TempFolder temp;
        for (const auto& [key, value] : {std::pair{"hidden_size", 52}, {"intermediate_size", 78}, {"vocab_size", 62}}) {
            const auto folder = edited(folders.front(), temp.path() / key, key, value);
            try {
                loadModel(Checkpoint::open(folder));
                QFAIL(key);
            } catch (const Error& error) {
                const auto text = error.message();
                QVERIFY2(text.find("tensor ") != std::string::npos && text.find("config.json") != std::string::npos &&
                             text.find(std::to_string(value)) != std::string::npos,
                         text.c_str());
            }
        }
    }
};

}  // namespace tst_interop_families

QTEST_APPLESS_MAIN(tst_interop_families::TestInteropFamilies)
#include "tst_interop_families.moc"
