// Every value of reference.json, for the bundled model and those beside the checkout. The references come from a float64
// forward pass in another program.
#include "core/io/checkpoint.h"
#include "core/kernels/ops.h"
#include "core/model/causal_lm.h"
#include "core/model/generate.h"
#include "core/text/text_source.h"
#include "core/text/tokenizer.h"
#include "tests/tensor/real_models.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <nlohmann/json.hpp>

#include <QtTest>

namespace tst_model_golden {

using namespace lorashear;
using nlohmann::json;

namespace {

struct Loaded {
    std::unique_ptr<CausalLM> model;
    std::unique_ptr<Tokenizer> tokenizer;
    json reference;
};

Loaded load(const QString& folder) {
    const std::filesystem::path path = folder.toStdString();
    return {loadModel(Checkpoint::open(path)), Tokenizer::open(path),
            json::parse(testing::fileText(path / "reference.json"))};
}

at::Tensor row(const std::vector<int>& ids) {
    return at::tensor(std::vector<std::int64_t>(ids.begin(), ids.end()), at::kLong).unsqueeze(0);
}

// Nll of tokens 1... given those before; [T - 1] on the CPU.
at::Tensor nllOf(const CausalLM& model, const std::vector<int>& ids) {
    at::NoGradGuard guard;
    const auto hidden = model.hidden(row(ids), {});
    const auto count = static_cast<std::int64_t>(ids.size()) - 1;
    return ops::tokenNll(hidden.select(0, 0).narrow(0, 0, count), model.vocabularyHead(),
                         row(ids).select(0, 0).narrow(0, 1, count));
}

std::vector<int> withBos(const Tokenizer& tokenizer, const std::string& text) {
    auto ids = tokenizer.encode(text);
    ids.insert(ids.begin(), tokenizer.bosId());
    return ids;
}

}  // namespace

class TestModelGolden : public QObject {
    Q_OBJECT

private:
    static void eachModel() {
        QTest::addColumn<QString>("folder");
        for (const auto& model : testing::realModels())
            QTest::newRow(model.name.c_str()) << QString::fromStdString(model.folder.string());
    }

private Q_SLOTS:
    void tokenIds_data() { eachModel(); }
    void tokenIds() {
        QFETCH(QString, folder);
        const auto m = load(folder);
        QCOMPARE(withBos(*m.tokenizer, m.reference["text"]), m.reference["ids"].get<std::vector<int>>());
    }

    void logitsAndNll_data() { eachModel(); }
    void logitsAndNll() {
        QFETCH(QString, folder);
        const auto m = load(folder);
        at::NoGradGuard guard;
        const auto ids = m.reference["ids"].get<std::vector<int>>();
        const auto logits = m.model->logits(row(ids), {}).select(0, 0).select(0, static_cast<std::int64_t>(ids.size()) - 1);
        const auto expected = at::tensor(m.reference["last_logits"].get<std::vector<float>>());
        QVERIFY((logits - expected).abs().max().item<double>() < 1e-4);

        const auto nll = nllOf(*m.model, ids);
        const auto perToken = at::tensor(m.reference["nll_per_token"].get<std::vector<float>>());
        QVERIFY((nll - perToken).abs().max().item<double>() < 1e-4);
        QVERIFY(std::abs(nll.sum(at::kDouble).item<double>() - m.reference["nll_sum"].get<double>()) < 1e-3);
    }

    void greedyText_data() { eachModel(); }
    void greedyText() {
        QFETCH(QString, folder);
        const auto m = load(folder);
        const auto& greedy = m.reference["greedy"];
        const auto expected = greedy["ids"].get<std::vector<int>>();
        auto ids = withBos(*m.tokenizer, greedy["prompt"]);
        GenerateOptions options;
        options.maxTokens = static_cast<int>(expected.size() - ids.size());
        for (const int id : generate(*m.model, ids, options)) ids.push_back(id);
        QCOMPARE(ids, expected);
        QCOMPARE(m.tokenizer->decode(ids), greedy["text"].get<std::string>());
    }

    void fullContext_data() { eachModel(); }
    void fullContext() {
        QFETCH(QString, folder);
        const auto m = load(folder);
        const auto tokens = m.reference["window"]["tokens"].get<int>();
        QCOMPARE(tokens, m.model->config().maxPositions);
        const auto windows = windowsOf(*m.tokenizer, readWholeText(testing::validationText()), tokens, /*bos=*/true, 1);
        QCOMPARE(static_cast<int>(windows.front().ids.size()), tokens);
        const auto sum = nllOf(*m.model, windows.front().ids).sum(at::kDouble).item<double>();
        const auto expected = m.reference["window"]["nll_sum"].get<double>();
        QVERIFY2(std::abs(sum - expected) < 2e-6 * expected + 1e-3, qPrintable(QString::number(sum, 'g', 12)));
    }
};

}  // namespace tst_model_golden

QTEST_APPLESS_MAIN(tst_model_golden::TestModelGolden)
#include "tst_model_golden.moc"
