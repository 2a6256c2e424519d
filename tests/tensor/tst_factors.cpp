// Linears replaced by two thin ones: what factors lose, in every family what they compute, and that everything else works on them.
#include "core/compact/factorise.h"
#include "core/io/checkpoint.h"
#include "core/knowledge/input_moments.h"
#include "core/text/tokenizer.h"
#include "tests/support/verify_check.h"
#include "tests/tensor/family_checks.h"
#include "tests/tensor/family_configs.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <QtTest>

#include <filesystem>
#include <set>

namespace tst_factors {

using namespace lorashear;
using namespace lorashear::testing;
namespace fs = std::filesystem;

namespace {

const fs::path kResources = fs::path(LORASHEAR_SOURCE_DIR) / "resources";

at::Tensor randomMatrix(std::int64_t rows, std::int64_t columns, std::uint64_t seed) {
    Random random(seed, "matrix");
    auto values = at::empty({rows, columns}, at::kFloat);
    for (std::int64_t i = 0; i < values.numel(); ++i) values.data_ptr<float>()[i] = static_cast<float>(random.normal());
    return values;
}

// Inputs with strong correlations: a few directions carry nearly everything.
at::Tensor correlatedInputs(std::int64_t count, std::int64_t size, std::uint64_t seed) {
    return randomMatrix(count, 3, seed).mm(randomMatrix(3, size, seed + 1)) + 0.1 * randomMatrix(count, size, seed + 2);
}

at::Tensor momentOf(const at::Tensor& x) {
    at::Tensor sum;
    addMoment(sum, x);
    return meanMoment(sum, x.size(0));
}

// Mean over the inputs of |W x - V x|^2, from the inputs themselves.
double lossOn(const at::Tensor& x, const at::Tensor& w, const at::Tensor& v) {
    return x.to(at::kDouble).mm((w - v).to(at::kDouble).t()).square().sum(1).mean().item<double>();
}

double beyond(const FactorFit& fit, int rank) {
    double sum = 0;
    for (std::size_t i = static_cast<std::size_t>(rank); i < fit.spectrum.size(); ++i) sum += fit.spectrum[i];
    return sum;
}

bool near(double a, double b, double relative, double absolute = 0) {
    return std::abs(a - b) <= relative * std::max(std::abs(a), std::abs(b)) + absolute;
}

// What the b x b blocks lose at this rank, each by its own singular values.
double lostPerBlock(const at::Tensor& w, const Factor& factor) {
    double lost = 0;
    const auto rows = w.size(0) / factor.blocks, columns = w.size(1) / factor.blocks;
    for (int j = 0; j < factor.blocks; ++j)
        for (int i = 0; i < factor.blocks; ++i) {
            const auto block = w.narrow(0, j * rows, rows).narrow(1, i * columns, columns).to(at::kDouble);
            const auto values = at::linalg_svdvals(block);
            lost += values.narrow(0, factor.rank, values.numel() - factor.rank).square().sum().item<double>();
        }
    return lost;
}

// Of every second linear of the model, at this rank or as much as it can have (a router has few rows); blocks where they divide.
Factors someFactors(const CausalLM& model, int rank, int blocks) {
    Factors factors;
    for (std::size_t i = 0; i < model.linears().size(); i += 2) {
        const auto& linear = *model.linears()[i];
        const auto most = static_cast<int>(std::min(linear.in(), linear.out())) / blocks;
        if (linear.in() % blocks == 0 && linear.out() % blocks == 0) factors[linear.name] = {std::min(rank, most), blocks};
    }
    return factors;
}

// The model with each of these linears' weights replaced by what its factors multiply out to.
std::unique_ptr<CausalLM> withProducts(const CausalLM& model, const Factors& factors,
                                       const std::map<std::string, FactorFit>& fits) {
    auto tensors = model.tensors();
    for (const auto& [path, factor] : factors)
        tensors.at(path + ".weight") =
            model.linear(path)->toStored(product(factor, fits.at(path).first, fits.at(path).second));
    return buildModel(model.config(), tensors);
}

Error refusalOf(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error;
    }
    return Error(ErrorCode::Internal, "nothing", "was refused");
}

std::string evenJson(const FamilyConfig& one) {
    auto json = nlohmann::json::parse(one.json);
    for (const char* key : {"intermediate_size", "n_inner", "ffn_dim", "ffn_hidden_size"})
        if (json.contains(key)) json[key] = 20;
    return json.dump();
}

}  // namespace

class TestFactors : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void lossIsTheSpectrumBeyondTheRank_data() {
        QTest::addColumn<int>("out");
        QTest::addColumn<int>("in");
        QTest::newRow("wide") << 9 << 14;
        QTest::newRow("tall") << 14 << 9;
        QTest::newRow("square") << 10 << 10;
    }
    void lossIsTheSpectrumBeyondTheRank() {
        QFETCH(int, out);
        QFETCH(int, in);
        const auto w = randomMatrix(out, in, 1), x = correlatedInputs(200, in, 2);
        for (int rank = 1; rank < 9; ++rank) {
            const auto fit = factorise(w, {rank, 1}, momentOf(x), 0);
            const auto v = product({rank, 1}, fit.first, fit.second);
            const double rounding = 1e-6 * fit.energy;  // of moments summed in fp32
            QVERIFY(near(fit.lost, lossOn(x, w, v), 1e-4, rounding));
            QVERIFY(near(fit.energy, lossOn(x, w, at::zeros_like(w)), 1e-5));
            QVERIFY2(near(fit.lost, beyond(fit, rank), 1e-4, rounding),
                     std::to_string(fit.lost / beyond(fit, rank)).c_str());
            QCOMPARE(static_cast<int>(fit.spectrum.size()), std::min(out, in));
            // The singular values of W S, S a square root of the moment, say the same.
            const auto s = at::linalg_svdvals(w.to(at::kDouble).mm(at::linalg_cholesky(momentOf(x)))).square();
            QVERIFY(near(s[rank].item<double>(), fit.spectrum[static_cast<std::size_t>(rank)], 1e-5, 1e-9 * fit.energy));
            // No other matrix of this rank does better, the one that knows nothing of the inputs least of all.
            const auto blind = factorise(w, {rank, 1});
            QVERIFY(lossOn(x, w, product({rank, 1}, blind.first, blind.second)) > 1.2 * fit.lost);
            const auto near1 = fit.first.front() + 0.01 * randomMatrix(rank, in, 7);
            QVERIFY(lossOn(x, w, fit.second.front().mm(near1)) > fit.lost);
        }
    }

    void withoutCalibrationItIsTheSvd() {
        for (const auto& [out, in] : {std::pair{12, 7}, {7, 12}}) {
            const auto w = randomMatrix(out, in, 3);
            const auto [u, s, v] = at::linalg_svd(w.to(at::kDouble), false);
            const auto expected = u.narrow(1, 0, 4).mm(at::diag(s.narrow(0, 0, 4))).mm(v.narrow(0, 0, 4)).to(at::kFloat);
            const auto fit = factorise(w, {4, 1});
            QVERIFY(relativeDifference(product({4, 1}, fit.first, fit.second), expected) < 1e-6);
            QVERIFY(near(fit.lost, s.narrow(0, 4, 3).square().sum().item<double>(), 1e-5));
        }
    }

    // Directions that calibration never showed: the moment is singular, and at full rank nothing may be lost in them either.
    void fullRankIsTheLinear() {
        for (const auto& [out, in] : {std::pair{12, 8}, {8, 12}, {8, 8}}) {
            const auto w = randomMatrix(out, in, 4);
            const auto singular = momentOf(randomMatrix(3, in, 5));
            for (const auto& moment : {at::Tensor(), singular}) {
                const auto low = factorise(w, {8, 1}, moment);
                QVERIFY(relativeDifference(product({8, 1}, low.first, low.second), w) < 1e-5);
                const auto blocks = factorise(w, {4, 2}, moment);
                QVERIFY(relativeDifference(product({4, 2}, blocks.first, blocks.second), w) < 1e-5);
            }
        }
    }

    void blocksLoseWhatEachBlockLoses() {
        const auto w = randomMatrix(12, 18, 6);
        for (const auto& factor : {Factor{1, 2}, Factor{2, 2}, Factor{1, 3}, Factor{3, 3}, Factor{1, 6}}) {
            const auto fit = factorise(w, factor);
            QCOMPARE(static_cast<int>(fit.first.size()), factor.blocks);
            QVERIFY(near(fit.lost, lostPerBlock(w, factor), 1e-4));
            // A matrix that has the form already comes back whole.
            const auto v = product(factor, fit.first, fit.second);
            const auto again = factorise(v, factor);
            QVERIFY(relativeDifference(product(factor, again.first, again.second), v) < 1e-5);
        }
    }

    void blocksFollowTheInputs() {
        const auto w = randomMatrix(12, 18, 6), x = correlatedInputs(300, 18, 8);
        for (const auto& factor : {Factor{1, 2}, Factor{2, 2}, Factor{2, 3}}) {
            const auto fit = factorise(w, factor, momentOf(x), 0);
            const auto v = product(factor, fit.first, fit.second);
            QVERIFY(near(fit.lost, lossOn(x, w, v), 1e-3));
            const auto blind = factorise(w, factor);
            QVERIFY(fit.lost < 0.8 * lossOn(x, w, product(factor, blind.first, blind.second)));
            auto second = fit.second;  // least squares: every other second is worse
            second[0] = second[0] + 0.01 * randomMatrix(second[0].size(0), second[0].size(1), 9);
            QVERIFY(lossOn(x, w, product(factor, fit.first, second)) > fit.lost);
        }
    }

    void factoredIsTheProduct_data() { eachConfig(); }
    void factoredIsTheProduct() {
        QFETCH(QString, json);
        QFETCH(int, blocks);
        const auto model = randomModel(parseConfig(json.toStdString(), "config.json"), 3);
        const auto ids = randomIds(model->config().vocabulary, 2, 11, 4);
        const auto factors = someFactors(*model, 2, blocks);
        QVERIFY(factors.size() >= 3);
        std::map<std::string, FactorFit> fits;
        const auto factored = factorModel(*model, factors, {}, &fits);
        const auto products = withProducts(*model, factors, fits);
        const auto expected = logitsOf(*products, ids);
        QVERIFY(relativeDifference(expected, logitsOf(*model, ids)) > 1e-3);
        QVERIFY(relativeDifference(logitsOf(*factored, ids), expected) < 2e-5);
        const auto dense = mergeFactors(*factored);
        QVERIFY(dense->config().factors.empty());
        QCOMPARE(dense->parameterCount(), model->parameterCount());
        QVERIFY(relativeDifference(logitsOf(*dense, ids), expected) < 2e-5);
        {
            const ops::PlainScope plain;  // on both sides: the forms themselves may be as far apart
            QVERIFY(relativeDifference(logitsOf(*factored, ids), logitsOf(*products, ids)) < 2e-5);
        }
        std::int64_t saved = 0;
        for (const auto& [path, factor] : factors) {
            const auto* linear = model->linear(path);
            saved += linear->in() * linear->out() - blocks * factor.rank * (linear->in() + linear->out());
        }
        QCOMPARE(factored->parameterCount(), model->parameterCount() - saved);
    }

    void fullRankIsTheModel_data() { eachConfig(); }
    void fullRankIsTheModel() {
        QFETCH(QString, json);
        QFETCH(int, blocks);
        const auto model = randomModel(parseConfig(json.toStdString(), "config.json"), 3);
        const auto ids = randomIds(model->config().vocabulary, 2, 11, 4);
        disturb(*model, 7);  // adapters and row scales go into the factors
        auto factors = someFactors(*model, 1, blocks);
        for (auto& [path, factor] : factors) {
            const auto* linear = model->linear(path);
            factor.rank = static_cast<int>(std::min(linear->in(), linear->out())) / blocks;
        }
        QVERIFY(relativeDifference(logitsOf(*factorModel(*model, factors), ids), logitsOf(*model, ids)) < 5e-5);
    }

    void behaveAsOthers_data() { eachConfig(); }
    void behaveAsOthers() {
        QFETCH(QString, json);
        QFETCH(int, blocks);
        const auto dense = randomModel(parseConfig(json.toStdString(), "config.json"), 5);
        const auto model = factorModel(*dense, someFactors(*dense, 3, blocks));
        const auto ids = randomIds(model->config().vocabulary, 2, 9, 6);
        VERIFY_CHECK(checkDescription(*model));
        VERIFY_CHECK(checkGeneration(*model, {3, 9, 27, 1, 4}, 8));
        VERIFY_CHECK(checkForms(*model, ids));
        QVERIFY(parseConfig(described(*model), "config.json").factors == model->config().factors);
        // Mergeable with trained adapters on the parts.
        disturb(*model, 8);
        const auto trained = logitsOf(*model, ids);
        QVERIFY(relativeDifference(logitsOf(*mergeFactors(*model), ids), trained) < 5e-5);
        QVERIFY(relativeDifference(logitsOf(*mergeAdapters(*model), ids), trained) < 5e-5);
        detachLora(*model);
        for (auto* linear : model->linears()) linear->rowScale = at::Tensor();
        // What is cut is what was there before; the rank and what is divided into blocks stay.
        const auto structure = traceStructure(*model);
        std::set<std::string> names;
        for (const auto& group : structure.nodeGroups) {
            QVERIFY2(names.insert(group.name).second, group.name.c_str());
            for (const auto* list : {&group.primary, &group.secondary})
                for (const auto& slice : *list) {
                    const auto linear = slice.tensor.substr(0, slice.tensor.rfind('.'));
                    const auto factor = model->config().factors.find(factoredPath(linear));
                    if (factor != model->config().factors.end() && factor->second.blocks > 1)
                        QVERIFY2(!group.prunable, group.name.c_str());
                }
        }
        // What no factor touches is called what it was.
        for (const auto& group : traceStructure(*dense).nodeGroups) {
            const auto touched = [&](const GroupSlice& slice) {
                return model->config().factors.count(slice.tensor.substr(0, slice.tensor.rfind('.'))) > 0;
            };
            if (std::any_of(group.primary.begin(), group.primary.end(), touched)) continue;
            if (std::any_of(group.secondary.begin(), group.secondary.end(), touched)) continue;
            const auto* after = structure.find(group.name);
            QVERIFY2(after && after->count == group.count && after->unit == group.unit, group.name.c_str());
        }
        if (blocks > 1) return;
        VERIFY_CHECK(checkPruning(*model, ids, 70));
        const auto& path = model->config().factors.begin()->first;
        const auto layer = path.substr(0, path.find('.', path.find_first_of("0123456789")));
        const auto rank = "layers." + layer.substr(layer.rfind('.') + 1) + path.substr(layer.size()) + ".first.rank";
        const auto* group = structure.find(rank);
        QVERIFY2(group, rank.c_str());
        QVERIFY(group->count == 3 && !group->prunable && group->unit == UnitKind::Other);
        QVERIFY2(group->reason.find("rank of a factored linear") != std::string::npos, group->reason.c_str());
    }

    // What an MLP beside it is called does not change with what a linear of the attention is divided into.
    void partsOfADividedLinearAreNoMlp() {
        const auto dense = randomModel(parseConfig(familyConfigs().front().json, "config.json"), 5);
        const auto model = factorModel(*dense, {{"model.layers.0.self_attn.q_proj", {2, 2}}});
        const auto structure = traceStructure(*model);
        const auto* mlp = structure.find("layers.0.mlp");
        QVERIFY(mlp && mlp->prunable);
        bool seen = false;
        for (const auto& group : structure.nodeGroups) {
            const bool part =
                !group.primary.empty() && group.primary.front().tensor.find("q_proj.first") != std::string::npos;
            if (part) QVERIFY2(group.unit == UnitKind::Other && !group.prunable, group.name.c_str());
            seen = seen || part;
        }
        QVERIFY(seen);
    }

    void targetsOfLoraNameTheWholeLinear() {
        const auto dense = randomModel(parseConfig(familyConfigs().front().json, "config.json"), 5);
        const auto model = factorModel(*dense, {{"model.layers.1.self_attn.q_proj", {2, 1}}});
        LoraOptions options;
        options.targets = {"q_proj"};
        attachLora(*model, options, 1);
        for (const auto* linear : model->linears())
            QCOMPARE(linear->hasAdapter(), linear->name.find("q_proj") != std::string::npos);
        QVERIFY(model->linear("model.layers.1.self_attn.q_proj.second")->hasAdapter());
    }

    // On a trained model and its text: whitened factors keep more of what it knows than blind ones, at the same size.
    void calibrationKeepsMoreOfATrainedModel() {
        const auto model = loadModel(Checkpoint::open(kResources / "models/stories260K"));
        const auto tokenizer = Tokenizer::open(kResources / "models/stories260K");
        const auto windows = [&](const char* file, int count) {
            return windowsOf(*tokenizer, readWholeText(kResources / "data" / file), 128, true, count);
        };
        Factors factors;
        std::vector<std::string> names;
        for (const auto* linear : model->linears())
            if (linear->name.find("mlp") != std::string::npos)
                factors[linear->name] = {24, 1}, names.push_back(linear->name);
        const auto moments = collectInputMoments(*model, names, windows("train_excerpt.txt", 32), 8, Compute::Fp32, {});
        std::map<std::string, FactorFit> fits;
        const auto whitened = factorModel(*model, factors, moments, &fits), blind = factorModel(*model, factors);
        QCOMPARE(whitened->parameterCount(), blind->parameterCount());
        QVERIFY(whitened->parameterCount() < model->parameterCount());
        const auto text = windows("valid.txt", 24);
        const double dense = meanNll(*model, text), kept = meanNll(*whitened, text), lost = meanNll(*blind, text);
        qInfo("nll %.4f dense, %.4f whitened, %.4f without calibration", dense, kept, lost);
        QVERIFY(dense < kept && kept < lost);
        for (const auto& [path, fit] : fits) QVERIFY2(fit.lost > 0 && fit.lost < fit.energy, path.c_str());
    }

    void impossibleFactorsAreRefused() {
        const auto model = randomModel(parseConfig(familyConfigs().front().json, "config.json"), 5);
        const auto refused = [&](const std::string& path, Factor factor) {
            return refusalOf([&] { factorModel(*model, {{path, factor}}); });
        };
        const std::string down = "model.layers.0.mlp.down_proj";
        QCOMPARE(refused("model.layers.9.mlp.down_proj", {2, 1}).code(), ErrorCode::BadInput);
        QCOMPARE(refused("lm_head", {2, 1}).code(), ErrorCode::BadInput);
        QCOMPARE(refused(down, {0, 1}).code(), ErrorCode::Impossible);
        const auto high = refused(down, {20, 1});
        QCOMPARE(high.code(), ErrorCode::Impossible);
        QVERIFY2(high.hint().find("1 to 19") != std::string::npos, high.hint().c_str());
        QVERIFY(refused(down, {2, 2}).message().find("2 blocks") != std::string::npos);
        const auto twice = factorModel(*model, {{down, {2, 1}}});
        QVERIFY(refusalOf([&] { factorModel(*twice, {{down, {1, 1}}}); }).message().find("already") != std::string::npos);
    }

    void wrongConfigsAreRefused_data() {
        QTest::addColumn<QString>("factors");
        QTest::addColumn<QString>("says");
        QTest::newRow("no object") << "[1]"
                                   << "must be an object";
        QTest::newRow("no linear") << R"({"model.layers.0.mlp.sideways": {"rank": 2}})"
                                   << "is no linear";
        QTest::newRow("no layer") << R"({"model.layers.7.mlp.down_proj": {"rank": 2}})"
                                  << "is no linear";
        QTest::newRow("no rank") << R"({"model.layers.0.mlp.down_proj": {}})"
                                 << "\"rank\"";
        QTest::newRow("rank 0") << R"({"model.layers.0.mlp.down_proj": {"rank": 0}})"
                                << "\"rank\"";
        QTest::newRow("half a block") << R"({"model.layers.0.mlp.down_proj": {"rank": 2, "blocks": 0.5}})"
                                      << "\"blocks\"";
        QTest::newRow("blocks that do not divide") << R"({"model.layers.0.mlp.down_proj": {"rank": 2, "blocks": 3}})"
                                                   << "do not divide";
    }
    void wrongConfigsAreRefused() {
        QFETCH(QString, factors);
        QFETCH(QString, says);
        auto json = nlohmann::json::parse(familyConfigs().front().json);
        json["lorashear_factors"] = nlohmann::json::parse(factors.toStdString());
        const auto error = refusalOf([&] { parseConfig(json.dump(), "config.json"); });
        QCOMPARE(error.code(), ErrorCode::BadInput);
        QVERIFY2(error.message().find(says.toStdString()) != std::string::npos, error.message().c_str());
    }

private:
    static void eachConfig() {
        QTest::addColumn<QString>("json");
        QTest::addColumn<int>("blocks");
        for (const auto& one : familyConfigs())
            for (int blocks : {1, 2})
                QTest::newRow((one.name + (blocks == 1 ? "" : ", blocks")).c_str())
                    << QString::fromStdString(evenJson(one)) << blocks;
    }

    static std::string described(const CausalLM& model) {
        auto json = nlohmann::json::parse(model.config().source);
        familyOf(model.config().family, "test").describe(model.config(), json);
        return json.dump();
    }

    static double meanNll(const CausalLM& model, const std::vector<Sequence>& text) {
        at::NoGradGuard guard;
        double sum = 0;
        std::int64_t count = 0;
        for (const auto& one : text) {
            const auto ids = at::tensor(std::vector<std::int64_t>(one.ids.begin(), one.ids.end())).unsqueeze(0);
            const auto hidden = model.hidden(ids.narrow(1, 0, ids.size(1) - 1), {});
            const auto nll =
                ops::tokenNll(hidden.flatten(0, 1), model.vocabularyHead(), ids[0].narrow(0, 1, ids.size(1) - 1));
            sum += nll.sum(at::kDouble).item<double>();
            count += nll.numel();
        }
        return sum / static_cast<double>(count);
    }
};

}  // namespace tst_factors

QTEST_GUILESS_MAIN(tst_factors::TestFactors)
#include "tst_factors.moc"
