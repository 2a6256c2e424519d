#pragma once

#include "ui/widgets/item_strip.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace lorashear::ui {

/// One bar a token of a text: how far the model was from the original when it drew it. A text of more tokens than pixels shows the largest of those that share one.
class TokenRibbon : public ItemStrip {
    Q_OBJECT
public:
    TokenRibbon(const QString& objectName, const QString& accessibleName, QWidget* parent = nullptr);

    /// kl: one number a token, in nats; empty: nothing was measured, as `emptyText` says. first: the first token that differs, -1: none.
    void setTokens(const QStringList& tokens, const std::vector<double>& kl, int first, const QString& emptyText);
    void setTop(double top);  ///< the number of the highest bar, the same for all ribbons that stand beside each other
    const std::vector<double>& values() const { return m_kl; }
    int first() const { return m_first; }
    /// Whether its menu, Return and a double click ask which group changed a token.
    void setCanAsk(bool can) { m_canAsk = can; }
    QString words(int token) const;  ///< "token 14 “ball”: 2.31 nats"
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {60, sizeHint().height()}; }

Q_SIGNALS:
    void asked(int token);  ///< which group changed it

protected:
    int itemCount() const override { return int(m_kl.size()); }
    int positionAt(double x) const override;
    QString wordsAt(int token) const override { return words(token); }
    QString wordsOfAll() const override;
    QString tipWithoutItems() const override { return m_emptyText; }
    void paintEvent(QPaintEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;

private:
    QString asTable() const;

    QStringList m_tokens;
    std::vector<double> m_kl;
    QString m_emptyText;
    double m_top = 0;
    int m_first = -1;
    bool m_canAsk = false;
};

}  // namespace lorashear::ui
