// What holds for every row of the table of units, tried on a small structure that has the unit: a new row is tried here without a new test.
#include "core/base/error.h"
#include "core/base/random.h"
#include "core/edits/blueprint.h"
#include "core/plan/plan.h"
#include "tests/core/whole_structure.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <optional>

namespace tst_every_unit {

using namespace lorashear;

namespace {

struct Model {
    Structure structure;
    ModelConfig config;
};

/// Between them they have every unit; a row that none of these has wants one more here.
const std::vector<Model>& models() {
    static const std::vector<Model> kModels = [] {
        const handmade::Shape shape{64, 16, 4, 8, 172, 6, 512, true};  // four query heads a KV group, so that some can go
        std::vector<Model> all{{handmade::wholeWithTokens(shape), handmade::configOf(shape)},
                               {handmade::whole(shape, 8), handmade::configOf(shape, 8)}};
        return all;
    }();
    return kModels;
}

/// One place that can lose some of a unit.
struct Place {
    std::string name;
    int count = 0, least = 1;  ///< things there, and how many the model itself needs
    std::int64_t price = 0;    ///< parameters of one, at most
};

std::int64_t partPrice(const BlockParts& parts, BlockPart part) {
    const std::int64_t attention = parts.attention.parameters, mlp = parts.mlp.parameters;
    return part == BlockPart::Attention ? attention : part == BlockPart::Mlp ? mlp : attention + mlp;
}

std::vector<Place> placesOf(const Unit& unit, const Model& model) {
    std::vector<Place> places;
    const auto groupsOf = [&](const auto& belongs) {
        for (const NodeGroup& group : model.structure.nodeGroups)
            if (belongs(group)) places.push_back({group.name, group.count, group.minimum, group.parametersPerGroup});
    };
    switch (unit.sort) {
        case Unit::Sort::Groups: groupsOf([&](const NodeGroup& group) { return unitOf(group) == &unit; }); break;
        case Unit::Sort::Tokens: groupsOf([&](const NodeGroup& group) { return group.unit == UnitKind::Vocabulary; }); break;
        case Unit::Sort::Parts: {
            Place place{"blocks"};
            for (const BlockParts& parts : model.structure.parts)
                if (const std::int64_t price = partPrice(parts, unit.part.value()); price > 0)
                    ++place.count, place.price = std::max(place.price, price);
            if (place.count > 0) places.push_back(place);
            break;
        }
    }
    return places;
}

/// Things of the unit that these edits take at a place.
int takenAt(const Place& place, const Edits& edits) {
    int taken = 0;
    for (const Edit& edit : edits) {
        if (const auto* remove = std::get_if<RemoveGroups>(&edit); remove && remove->nodeGroup == place.name)
            taken += static_cast<int>(remove->groups.size());
        if (std::holds_alternative<DropPart>(edit) && place.name == "blocks") ++taken;
        if (const auto* trim = std::get_if<TrimVocabulary>(&edit); trim && place.name == "vocabulary")
            taken += place.count - static_cast<int>(trim->keep.size());
    }
    return taken;
}

const Model* modelWith(const Unit& unit) {
    for (const Model& model : models())
        if (!placesOf(unit, model).empty()) return &model;
    return nullptr;
}

/// All that goes: what is cut at once, and what a method would pick of those that fade.
Edits editsOfPlan(const PruningPlan& plan, const Structure& structure) {
    GroupSaliency saliency{"random", {}};
    Random random(3, "saliency");
    for (const NodeGroup& group : structure.nodeGroups) {
        auto& scores = saliency.scores.emplace_back();
        for (int j = 0; j < group.count; ++j) scores.push_back(random.uniform());
    }
    Edits edits = plan.edits;
    const Edits fading = editsOf(structure, selectGroups(plan, structure, saliency, {}, 1.0));
    edits.insert(edits.end(), fading.begin(), fading.end());
    return edits;
}

}  // namespace

class EveryUnit : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsWhatItIsAsked_data() {
        QTest::addColumn<QString>("id");
        QTest::addColumn<int>("minimum");
        QTest::addColumn<int>("divisor");
        for (const Unit& unit : unitTable()) {
            const QString id = QString::fromStdString(unit.id);
            QTest::addRow("%s", unit.id.c_str()) << id << unit.minimum << unit.divisor;
            QTest::addRow("%s, minimum", unit.id.c_str()) << id << unit.minimum + 1 << unit.divisor;
            if (unit.mostDivisor > 1) QTest::addRow("%s, in twos", unit.id.c_str()) << id << unit.minimum << 2;
        }
    }

    /// Every ratio is met within one step, in things that minimum and divisor leave, or refused with the largest that can be.
    void keepsWhatItIsAsked() {
        QFETCH(QString, id);
        QFETCH(int, minimum);
        QFETCH(int, divisor);
        const Unit& unit = unitById(id.toStdString());
        const Model* model = modelWith(unit);
        QVERIFY2(model, qPrintable(id + ": no structure in models() has any; add one that does"));
        const auto places = placesOf(unit, *model);
        PlanOptions options;
        for (auto& [other, settings] : options.units) settings.take = other == unit.id;
        options.units.at(unit.id).minimum = minimum, options.units.at(unit.id).divisor = divisor;
        const PlanRequest request{model->structure, options, nullptr, &model->config};
        const auto all = static_cast<double>(model->structure.parameters);
        double step = 0;
        for (const Place& place : places) step = std::max(step, static_cast<double>(place.price * divisor));
        int met = 0;
        for (const double ratio : {1e-6, 0.03, 0.07, 0.12, 0.2, 0.35, 0.5, 0.8, 0.99}) {
            options.ratio = ratio;
            const double wanted = ratio * all, most = largestRatio(request) * all;
            std::optional<PruningPlan> plan;
            try {
                plan = makePlan(request);
            } catch (const Error& error) {
                QVERIFY2(error.code() == ErrorCode::Impossible && error.subject() == "/plan/ratio", error.what());
                QVERIFY2(!error.message().empty() && !error.hint().empty(), error.what());
                QVERIFY2(wanted > most || wanted < step, error.what());
                continue;
            }
            ++met;
            const Edits edits = editsOfPlan(*plan, model->structure);
            const auto left = static_cast<double>(blueprintOf(model->config, model->structure, edits).parameters());
            QVERIFY2(std::abs(all - left - wanted) <= step,
                     qPrintable(QStringLiteral("%1: %2 of %3").arg(ratio).arg(all - left).arg(wanted)));
            QVERIFY(std::abs(plan->expectedRatio * all - (all - left)) < 0.5);
            int taken = 0;
            for (const Place& place : places) {
                const int here = takenAt(place, edits), kept = place.count - here;
                taken += here;
                if (here == 0) continue;
                QVERIFY2(kept >= std::max(minimum, place.least) && kept % divisor == 0,
                         qPrintable(QStringLiteral("%1: %2 left at %3").arg(ratio).arg(kept).arg(place.name.c_str())));
            }
            QCOMPARE(plan->removed(unit.id), taken);
        }
        QVERIFY2(met > 0, "no ratio was met at all");
    }

    void saysWhatItIs() {
        for (const Unit& unit : unitTable()) {
            for (const std::string* words : {&unit.title, &unit.one, &unit.many, &unit.help, &unit.exports})
                QVERIFY2(!words->empty(), unit.id.c_str());
            QVERIFY2(unit.fades == unit.scores.empty(), (unit.id + ": what is cut at once is chosen by a score").c_str());
            QVERIFY2(unit.minimum >= 1 && unit.divisor >= 1 && unit.mostDivisor >= unit.divisor, unit.id.c_str());
            QVERIFY2(unit.evenBeside.empty() || findUnit(unit.evenBeside), unit.id.c_str());
        }
    }
};

}  // namespace tst_every_unit

QTEST_APPLESS_MAIN(tst_every_unit::EveryUnit)
#include "tst_every_unit.moc"
