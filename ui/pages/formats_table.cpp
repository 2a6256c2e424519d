#include "ui/pages/formats_table.h"

#include "ui/theme/format.h"
#include "ui/theme/tr.h"

namespace lorashear::ui {

namespace {

QString sizeWords(const FormatFacts& f) {
    return f.possible() && f.bytes > 0 ? tr("about %1").arg(formatBytes(f.bytes)) : QStringLiteral("–");
}

QString sizeTip(const FormatFacts& f) {
    return f.dtype == QLatin1String("source") ? tr("Weights stored as the original's; tokenizer and config come on top")
                                              : tr("Weights stored as %1; tokenizer and config come on top").arg(f.dtype);
}

QString opensWords(const FormatFacts& f) {
    if (!f.known || !f.possible()) return QStringLiteral("–");
    QStringList words = f.opens;
    for (const QString& program : f.partly) words << tr("%1 with our modelling file").arg(program);
    return words.isEmpty() ? tr("nothing that we know rules of") : words.join(QStringLiteral(", "));
}

QString why(const FormatFacts& f) {
    return f.possible() ? coreText(f.format.help) : f.obstacle;
}

QString certificateTip(const FormatFacts& f) {
    return f.certificateTip;
}

}  // namespace

FormatsTable::FormatsTable(QObject* parent)
    : RowTable<FormatFacts>(
          {{tr("Format"), [](const FormatFacts& f) { return coreText(f.format.title); }},
           {tr("This result"),
            [](const FormatFacts& f) {
                return !f.known ? QStringLiteral("–") : f.possible() ? tr("✓ can be written") : tr("✗ cannot");
            }},
           {tr("Weights"), sizeWords, true, sizeTip,
            [](const FormatFacts& f) { return f.possible() && f.bytes > 0 ? QVariant(f.bytes) : QVariant(); }},
           {tr("Opens in"), opensWords, false, opensWords},
           {tr("Certificate"), [](const FormatFacts& f) { return certificateWord(f.certificate); }, false, certificateTip},
           {tr("What it is, or why not"), why, false, why}},
          parent) {}

QVariant FormatsTable::data(const QModelIndex& index, int role) const {
    if (role == Qt::ForegroundRole && index.isValid() && index.row() < rowCount() && !row(index.row()).possible())
        return m_muted;
    return RowTable<FormatFacts>::data(index, role);
}

}  // namespace lorashear::ui
