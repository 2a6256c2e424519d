#pragma once

#include <QString>

namespace lorashear::ui {

class Session;

/// Why nothing of a node group may go, in a sentence; "" when something may. By the plan where there is one, else by the structure.
QString whyKeptWhole(const Session& session, int nodeGroup);
/// What the plan does with a node group and why, in a sentence; "" without a model or for no node group.
QString planWords(const Session& session, int nodeGroup);
/// That the plan takes from what the analysis marks as most telling, and why, in a sentence; "" where the two agree.
QString whereTheyDisagree(const Session& session);
/// Whether the groups shown to go are the method's own choice, measured for these settings or others, or an estimate, in sentences.
QString rankingWords(const Session& session);
/// That the counts became others without an edit, and what stood there before, in sentences; "" where nothing did.
QString whatMoved(const Session& session);
/// Groups of a node group that the run shown left, after "the run kept"; -1 without a run that took any.
int keptByRun(const Session& session, int nodeGroup);
/// What the analysis found about a node group and what follows from it, to stand after its name and a colon; "" as above.
QString knowledgeWords(const Session& session, int nodeGroup);

}  // namespace lorashear::ui
