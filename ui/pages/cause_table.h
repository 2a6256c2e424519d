#pragma once

#include "core/trace/structure.h"
#include "ui/controller/explanation.h"
#include "ui/models/row_table.h"

#include <vector>

namespace lorashear::ui {

/// A part of what a run removed, and what of one token's change it explains.
struct CauseRow {
    event::TokenCause part;
    int nodeGroup = -1;  ///< its id in the structure that is open; -1: none
    QString name;        ///< "layers.2.mlp: all 22 neurons removed", "layers.2.mlp, neuron 17", "Block 3: attention"
    double explains = 0, share = 0;  ///< nats, and of the KL with everything masked
    double probability = 0;          ///< of the token that the original holds likeliest, with the part back
};

bool isSamePart(const event::TokenCause& a, const event::TokenCause& b);  ///< whatever was measured of it

/// Rows for a person: what explains most comes first.
std::vector<CauseRow> causeRows(const Explanation& explanation, const Structure* structure);

/// The table of CauseRow.
class CauseTable : public RowTable<CauseRow> {
    Q_OBJECT
public:
    explicit CauseTable(QObject* parent = nullptr);
};

}  // namespace lorashear::ui
