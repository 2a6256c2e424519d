#pragma once

#include "ui/controller/format_facts.h"
#include "ui/models/row_table.h"

#include <QColor>

namespace lorashear::ui {

/// One export format a row: size, where it opens, certificate. What cannot be written is grey, and its last column says why.
class FormatsTable : public RowTable<FormatFacts> {
public:
    explicit FormatsTable(QObject* parent = nullptr);
    void setMuted(const QColor& ink) { m_muted = ink; }  ///< of what cannot be written
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

    enum Columns { kFormat, kPossible, kSize, kOpens, kCertificate, kWhy };

private:
    QColor m_muted;
};

}  // namespace lorashear::ui
