#pragma once

#include "ui/controller/format_facts.h"
#include "ui/models/row_table.h"

namespace lorashear::ui {

/// One export format a row: size, where it opens, certificate. What cannot be written is grey, and its last column says why.
class FormatsTable : public RowTable<FormatFacts> {
public:
    explicit FormatsTable(QObject* parent = nullptr);
    void setDark(bool dark) { m_dark = dark; }
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

    enum Columns { kFormat, kPossible, kSize, kOpens, kCertificate, kWhy };

private:
    bool m_dark = false;
};

}  // namespace lorashear::ui
