// Which removed group changed a token: held against models that were cut by hand.
#include "core/compact/group_masks.h"
#include "core/edits/apply.h"
#include "core/eval/divergence.h"
#include "core/knowledge/token_causes.h"
#include "core/trace/tracer.h"
#include "tests/support/caught.h"
#include "tests/tensor/random_models.h"

#include <ATen/ATen.h>

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tst_token_causes {

using namespace lorashear;
using namespace lorashear::testing;

namespace {

using lorashear::test::caught;
using lorashear::test::says;

constexpr double kTolerance = 1e-5;  ///< nats: masked and cut models round otherwise

ModelConfig shape() {
    return configOf({"n_rep 2, biases, uneven", 3, 2, true, false, true});
}

std::vector<int> text() {
    const auto ids = randomIds(shape().vocabulary, 1, 17, 5);
    return {ids.data_ptr<std::int64_t>(), ids.data_ptr<std::int64_t>() + ids.numel()};
}

/// Of all kinds that have a mask: neurons in two lists, heads, one query head, a sub-layer.
Edits removed() {
    return {RemoveGroups{"layers.0.mlp", {3, 11}},      RemoveGroups{"layers.0.attention", {1}},
            RemoveGroups{"layers.1.query_heads", {0}},  RemoveGroups{"layers.0.mlp", {0, 7, 12}},
            RemoveGroups{"layers.2.mlp", {1, 2, 5, 8}}, DropPart{1, BlockPart::Mlp}};
}

/// What the model that these edits make says behind the text: cut, not masked.
double klOfCut(const CausalLM& model, const Edits& edits) {
    auto ids = text();
    ids.push_back(0);  // predicted, never read
    const auto cut = edits.empty() ? cloneModel(model) : applyEdits(model, traceStructure(model), edits);
    return divergence(*cut, model, ids, ids.size() - 1).kl.front();
}

Edits groupsBack(Edits edits, const std::string& nodeGroup, const std::vector<int>& back) {
    Edits left;
    for (Edit& edit : edits) {
        auto* remove = std::get_if<RemoveGroups>(&edit);
        if (remove && remove->nodeGroup == nodeGroup)
            std::erase_if(remove->groups, [&](int g) { return std::count(back.begin(), back.end(), g) > 0; });
        if (!remove || !remove->groups.empty()) left.push_back(edit);
    }
    return left;
}

}  // namespace

class TestTokenCauses : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyPartIsWhatTheModelCutWithoutItSays() {
        const auto model = randomModel(shape(), 3);
        disturb(*model, 3);
        const auto structure = traceStructure(*model);
        const TokenCauses causes = explainToken(*model, structure, removed(), text());
        QCOMPARE(causes.original.kl, 0.0);
        QVERIFY(causes.removed.kl > 100 * kTolerance);
        QVERIFY(std::abs(causes.removed.kl - klOfCut(*model, removed())) < kTolerance);
        int whole = 0;
        for (const PutBack& back : causes.parts) {
            whole += back.round == 0;
            const auto* groups = std::get_if<RemoveGroups>(&back.part);
            Edits left = removed();
            if (groups)
                left = groupsBack(left, groups->nodeGroup, groups->groups);
            else
                left.pop_back();
            QVERIFY2(std::abs(back.voice.kl - klOfCut(*model, left)) < kTolerance,
                     groups ? groups->nodeGroup.c_str() : "sub-layer");
            if (back.round == 0) QVERIFY(std::abs(back.voice.kl - causes.removed.kl) > kTolerance);  // each of them matters
        }
        QCOMPARE(whole, 5);  // two lists of one node group are one part
        for (const auto* linear : model->linears()) QVERIFY(!linear->mask.defined() && !linear->inputMask.defined());
    }

    void withAllBackItIsTheOriginal() {
        const auto model = randomModel(shape(), 4);
        const auto structure = traceStructure(*model);
        for (const Edits& edits : {Edits{RemoveGroups{"layers.1.mlp", {2, 4, 6}}}, Edits{DropPart{1, BlockPart::Block}}}) {
            const TokenCauses causes = explainToken(*model, structure, edits, text());
            QVERIFY(causes.removed.kl > 0 && causes.removed.logProbability != causes.original.logProbability);
            const TokenVoice& back = causes.parts.front().voice;
            QCOMPARE(back.kl, 0.0);
            QCOMPARE(back.logProbability, causes.original.logProbability);
            QCOMPARE(back.likeliest, causes.original.likeliest);
            QVERIFY(causes.parts.size() == (edits.front().index() == 0 ? 4U : 3U));  // and its single parts
        }
    }

    /// The strongest is divided until single groups are left, also where there are more than are measured at once.
    void theStrongestIsDividedToSingleGroups() {
        const auto model = randomModel(shape(), 5);
        const auto structure = traceStructure(*model);
        std::vector<int> neurons(17);
        std::iota(neurons.begin(), neurons.end(), 1);
        const Edits edits{RemoveGroups{"layers.0.mlp", neurons}, RemoveGroups{"layers.2.mlp", {0}}};
        std::vector<std::size_t> heard;
        std::vector<double> done;
        double total = 0;
        Control control;
        control.onProgress = [&](const Progress& progress) { done.push_back(progress.done), total = progress.total; };
        const TokenCauses causes = explainToken(
            *model, structure, edits, text(), control, [&](const TokenCauses& now) { heard.push_back(now.parts.size()); },
            4);
        QCOMPARE(heard.size(), causes.parts.size() + 1);
        QVERIFY(std::is_sorted(done.begin(), done.end()));
        QCOMPARE(done.back(), total);
        const PutBack* strongest = nullptr;
        for (int round = 0; round <= causes.parts.back().round; ++round) {
            std::vector<int> all;
            const PutBack* best = nullptr;
            int parts = 0;
            for (const PutBack& back : causes.parts) {
                if (back.round != round) continue;
                ++parts;
                const auto& remove = std::get<RemoveGroups>(back.part);
                if (round > 0) all.insert(all.end(), remove.groups.begin(), remove.groups.end());
                if (!best || back.voice.kl < best->voice.kl) best = &back;
            }
            QVERIFY(round == 0 || parts <= 4);
            if (strongest) QCOMPARE(all, std::get<RemoveGroups>(strongest->part).groups);  // the rounds' parts make it up
            strongest = best;
        }
        QCOMPARE(std::get<RemoveGroups>(strongest->part).groups.size(), std::size_t{1});
        QVERIFY(causes.parts.back().round >= 2);  // 17, then stretches of 4 or 5
    }

    void whatCannotBeToldIsRefused() {
        const auto model = randomModel(shape(), 6);
        const auto structure = traceStructure(*model);
        const Edits one{RemoveGroups{"layers.0.mlp", {1}}};
        QVERIFY(says(caught([&] { explainToken(*model, structure, {}, text()); }), ErrorCode::Impossible, "nothing"));
        QVERIFY(says(caught([&] { explainToken(*model, structure, one, {}); }), ErrorCode::BadInput, "no token"));
        QVERIFY(says(caught([&] { explainToken(*model, structure, one, {1, 61}); }), ErrorCode::BadInput, "does not have"));
        for (const auto& [edit, why] : {std::pair<Edit, std::string>{RemoveGroups{"hidden", {1}}, "cannot be masked"},
                                        {TrimVocabulary{{0, 1, 2}}, "no mask"},
                                        {FactorLinear{"model.layers.0.mlp.down_proj", {2, 1}}, "no mask"}}) {
            QVERIFY(whyNoMask(*model, structure, edit).find(why) != std::string::npos);
            QVERIFY(says(caught([&] { explainToken(*model, structure, {edit}, text()); }), ErrorCode::Unsupported, why));
        }
        for (const Edit& edit : removed()) QCOMPARE(whyNoMask(*model, structure, edit), std::string());
    }

    void cancelsBetweenTwoParts() {
        const auto model = randomModel(shape(), 7);
        std::stop_source stop;
        Control control;
        control.stop = stop.get_token();
        std::size_t parts = 0;
        const auto error = caught([&] {
            explainToken(*model, traceStructure(*model), removed(), text(), control, [&](const TokenCauses& now) {
                if ((parts = now.parts.size()) == 2) stop.request_stop();
            });
        });
        QVERIFY(error && error->code() == ErrorCode::Cancelled);
        QCOMPARE(parts, std::size_t{2});
        for (const auto* linear : model->linears()) QVERIFY(!linear->mask.defined());  // as it was
    }
};

}  // namespace tst_token_causes

QTEST_GUILESS_MAIN(tst_token_causes::TestTokenCauses)
#include "tst_token_causes.moc"
