#include "ui/pages/compare_page.h"
#include "ui/pages/export_page.h"
#include "ui/pages/graph_page.h"
#include "ui/pages/knowledge_page.h"
#include "ui/pages/page.h"
#include "ui/pages/plan_page.h"
#include "ui/pages/recover_page.h"
#include "ui/pages/run_page.h"
#include "ui/pages/runs_page.h"
#include "ui/pages/start_page.h"
#include "ui/theme/tr.h"

namespace lorashear::ui {

namespace {

template <class T>
Page* make(Studio& studio, QWidget* parent) {
    return new T(studio, parent);
}

}  // namespace

const std::vector<PageEntry>& builtinPages() {
    static const std::vector<PageEntry> kPages = {
        {QStringLiteral("model"), tr("Model"), tr("Open a model and look at its sizes"), make<StartPage>},
        {QStringLiteral("graph"), tr("Graph"), tr("The traced graph and what is cut together"), make<GraphPage>},
        {QStringLiteral("knowledge"), tr("Knowledge"), tr("Where the model keeps what it knows"), make<KnowledgePage>},
        {QStringLiteral("plan"), tr("Plan"), tr("How much goes, from where, on which schedule"), make<PlanPage>},
        {QStringLiteral("run"), tr("Run"), tr("Start, pause, cancel and watch"), make<RunPage>},
        {QStringLiteral("compare"), tr("Compare"), tr("Before and after"), make<ComparePage>},
        {QStringLiteral("recover"), tr("Recover"), tr("What each text lost, and how it comes back"), make<RecoverPage>},
        {QStringLiteral("export"), tr("Export"), tr("Write the result for other programs"), make<ExportPage>},
        {QStringLiteral("runs"), tr("Runs"), tr("All runs beside each other"), make<RunsPage>},
    };
    return kPages;
}

}  // namespace lorashear::ui
