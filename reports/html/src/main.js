document.body.append('Lifeboat');
