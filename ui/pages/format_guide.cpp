#include "ui/pages/format_guide.h"

#include "ui/theme/format.h"
#include "ui/widgets/pieces.h"

#include <QGridLayout>
#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>

namespace lorashear::ui {

namespace {

constexpr int kAcross = 36, kMostAcross = 4;  ///< across an entry, at least

QString whereItOpens(const FormatFacts& facts) {
    if (!facts.possible()) return FormatGuide::tr("✗ Not for this result: %1").arg(facts.obstacle);
    QStringList programs = facts.opens;
    for (const QString& program : facts.partly) programs << FormatGuide::tr("%1 with our modelling file").arg(program);
    if (facts.known && programs.isEmpty()) programs << FormatGuide::tr("nothing that we know rules of");
    return FormatGuide::tr("Opens in: %1.")
        .arg(programs.isEmpty() ? coreText(facts.format.opens) : programs.join(QStringLiteral(", ")));
}

}  // namespace

FormatGuide::FormatGuide(QWidget* parent) : QWidget(parent), m_grid(new QGridLayout(this)) {
    setObjectName(QStringLiteral("formatGuide"));
    setAccessibleName(tr("What each format is for, and where it opens"));
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(24);
    m_grid->setVerticalSpacing(6);
    for (const ExportFormat& format : exportFormats()) {
        auto* box = new QWidget(this);
        auto* column = new QVBoxLayout(box);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(1);
        const auto add = [&](QLabel* label, const char* what) {
            label->setObjectName(QStringLiteral("guide_%1_%2").arg(QString::fromStdString(format.id), QLatin1String(what)));
            label->setWordWrap(true);
            column->addWidget(label);
            return label;
        };
        add(makeHeading(coreText(format.title), box), "title");
        auto* purpose = add(new QLabel(coreText(format.purpose), box), "purpose");
        auto* opens = add(makeMuted({}, box), "opens");
        column->addStretch(1);
        m_entries.push_back({box, purpose, opens});
    }
    arrange(kMostAcross);
}

void FormatGuide::setFacts(const std::vector<FormatFacts>& all) {
    for (std::size_t i = 0; i < m_entries.size() && i < all.size(); ++i) m_entries[i].opens->setText(whereItOpens(all[i]));
}

void FormatGuide::arrange(int columns) {
    if (columns == m_columns) return;
    for (int i = 0; i < std::max(columns, m_columns); ++i) m_grid->setColumnStretch(i, i < columns ? 1 : 0);
    m_columns = columns;
    for (const Entry& entry : m_entries) m_grid->removeWidget(entry.box);
    for (int i = 0; i < int(m_entries.size()); ++i)
        m_grid->addWidget(m_entries[std::size_t(i)].box, i / columns, i % columns);
}

int FormatGuide::heightIn(int width) {
    arrange(std::clamp(width / (kAcross * fontMetrics().averageCharWidth()), 1, kMostAcross));
    return m_grid->totalHeightForWidth(width);
}

}  // namespace lorashear::ui
