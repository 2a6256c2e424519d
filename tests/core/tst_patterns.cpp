#include "core/base/error.h"
#include "core/plan/glob.h"
#include "core/plan/plan_options.h"

#include <QTest>

namespace tst_patterns {

using namespace lorashear;

/// Patterns on the names of node groups.
class TestPatterns : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void shellLike() {
        QVERIFY(globMatches("layers.0.*", "layers.0.mlp") && !globMatches("layers.0.*", "layers.10.mlp"));
        QVERIFY(globMatches("*.mlp", "layers.0.mlp") && !globMatches("*.mlp", "layers.0.mlps"));
        QVERIFY(globMatches("layers.?.m*p", "layers.3.mlp") && !globMatches("layers.?.mlp", "layers.13.mlp"));
        QVERIFY(globMatches("*", "") && !globMatches("?", "") && !globMatches("", "x"));
        QVERIFY(globMatches("*a*b*c", "xxaxxbxbxc") && !globMatches("*a*b*c", "xxaxxcxb"));
    }

    void regularExpressionsAreOfTheWholeNameAndBounded() {
        QVERIFY(globMatches("re:layers\\.(0|1[0-9])\\..*", "layers.12.mlp") &&
                !globMatches("re:layers\\.(0|1[0-9])\\..*", "layers.2.mlp"));
        QVERIFY(!globMatches("re:mlp", "layers.0.mlp") && globMatches("re:.*mlp", "layers.0.mlp"));
        QVERIFY(patternProblem("layers.[").empty() && patternProblem("re:.*\\.mlp").empty());
        for (const std::string bad : {"re:(", "re:[z-a]", "re:a{1000}{1000}", "re:a{9}{9}{9}"})
            QVERIFY2(!patternProblem(bad).empty() && !globMatches(bad, "a"), bad.c_str());
        QVERIFY(!patternProblem("re:" + std::string(300, 'a')).empty());
        QVERIFY(!globMatches("re:(a+)+b", std::string(60, 'a')));  // in no time, where backtracking takes years
        PlanOptions rules;
        rules.protect = {"re:("};
        Structure structure;
        structure.nodeGroups.resize(1);
        structure.nodeGroups[0].name = "layers.0.mlp";
        QVERIFY_THROWS_EXCEPTION(Error, checkOptions(rules, structure));
    }
};

}  // namespace tst_patterns

QTEST_APPLESS_MAIN(tst_patterns::TestPatterns)
#include "tst_patterns.moc"
